import { assignArray, assignElement, elementsOf } from '../expansion/array.ts';
import { evaluateText } from '../expansion/evaluate.ts';
import { expandAssignment, expandFields, expandQuoted } from '../expansion/expand.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Task } from '../kernel/task.ts';
import type { Assignment } from '../syntax/tree.ts';
import type { Shell } from './shell.ts';

/** Carries out an assignment in the shell's variables; answers it as `set -x` shows it. */
export function* assign(shell: Shell, assignment: Assignment): Task<Bytes> {
  const { name, subscript, elements, appends } = assignment;
  if (elements) return yield* assignElements(shell, assignment);
  const text = yield* expandAssignment(shell, assignment.value);
  if (subscript) {
    const index = evaluateText(shell, yield* expandQuoted(shell, subscript));
    const before = appends ? (elementsOf(shell, name).get(Number(index)) ?? '') : '';
    assignElement(shell, name, index, before + text);
    return `${name}[${index}]=${text}`;
  }
  setValue(shell, name, text, appends);
  return `${name}=${text}`;
}

/** Sets a variable to a text that has been expanded, heeding `declare -i` and `set -a`. */
export function setValue(shell: Shell, name: Bytes, text: Bytes, appends = false): void {
  const variable = shell.variables.get(name);
  if (variable?.isInteger) {
    const before = appends ? BigInt(variable.value || '0') : 0n;
    shell.variables.set(name, (before + evaluateText(shell, text)).toString());
  } else shell.variables.set(name, appends ? (variable?.value ?? '') + text : text);
  if (name === 'OPTIND') shell.getoptsOffset = 0;
  if (shell.has('allexport')) shell.variables.declare(name).exported = true;
}

function* assignElements(shell: Shell, { name, elements, appends }: Assignment): Task<Bytes> {
  const values = yield* expandFields(shell, elements!);
  const array = appends ? elementsOf(shell, name) : new Map<number, Bytes>();
  let next = Math.max(-1, ...array.keys()) + 1;
  for (const value of values) array.set(next++, value);
  assignArray(shell, name, array);
  return `${name}=(${values.join(' ')})`;
}
