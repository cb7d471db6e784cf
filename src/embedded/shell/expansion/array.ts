import { bashVariable } from '../interpreter/bash-variables.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { ReadOnlyError, ShellError } from '../interpreter/shell-error.ts';

/** Every element of a variable, which counts as one element when it is no array. */
export function elementsOf(shell: Shell, name: Bytes): Map<number, Bytes> {
  const variable = shell.variables.get(name);
  if (shell.dialect === 'bash' && name === 'PIPESTATUS') return new Map(shell.pipeStatuses.map(String).entries());
  if (shell.dialect === 'bash' && name === 'FUNCNAME') return new Map(shell.functionNames.entries());
  if (variable?.elements) return new Map([...variable.elements].sort(([a], [b]) => a - b));
  const value = variable?.value ?? (shell.dialect === 'bash' ? bashVariable(shell, name) : undefined);
  return new Map(value === undefined ? [] : [[0, value]]);
}

/** One element; a negative subscript counts from the end. */
export function elementValue(shell: Shell, name: Bytes, subscript: bigint): Bytes | undefined {
  const elements = elementsOf(shell, name);
  return elements.get(position(name, elements, subscript));
}

/** Sets one element, turning the variable into an array. */
export function assignElement(shell: Shell, name: Bytes, subscript: bigint, value: Bytes): void {
  const elements = elementsOf(shell, name);
  elements.set(position(name, elements, subscript), value);
  assignArray(shell, name, elements);
}

/** Replaces all elements of an array. */
export function assignArray(shell: Shell, name: Bytes, elements: Map<number, Bytes>): void {
  const variable = shell.variables.declare(name);
  if (variable.readonly) throw new ReadOnlyError(name);
  variable.elements = elements;
  variable.value = elements.get(0);
}

function position(name: Bytes, elements: Map<number, Bytes>, subscript: bigint): number {
  const index = Number(subscript);
  if (index >= 0) return index;
  const fromEnd = Math.max(-1, ...elements.keys()) + 1 + index;
  if (fromEnd < 0) throw new ShellError(`${name}: bad array subscript`, 1);
  return fromEnd;
}
