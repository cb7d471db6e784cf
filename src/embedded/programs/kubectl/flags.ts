import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import { KubectlError } from './kubectl-error.ts';

/** The flags that the modelled commands have; of those that are given more than once every value is kept. */
const VALUE_FLAGS: Readonly<Record<string, string>> = {
  n: 'namespace',
  namespace: 'namespace',
  f: 'filename',
  filename: 'filename',
  o: 'output',
  output: 'output',
  l: 'selector',
  selector: 'selector',
  p: 'patch',
  patch: 'patch',
  type: 'type',
  timeout: 'timeout',
  for: 'for',
  replicas: 'replicas',
  'dry-run': 'dry-run',
  'field-manager': 'field-manager',
  cascade: 'cascade',
  'grace-period': 'grace-period',
};
const SWITCHES: Readonly<Record<string, string>> = {
  A: 'all-namespaces',
  'all-namespaces': 'all-namespaces',
  'ignore-not-found': 'ignore-not-found',
  'no-headers': 'no-headers',
  all: 'all',
  overwrite: 'overwrite',
  wait: 'wait',
  watch: 'watch',
  w: 'watch',
  client: 'client',
  q: 'quiet',
  quiet: 'quiet',
  force: 'force',
};

/** The words of a command line: what is no flag, and the flags by their long names. */
export class Flags {
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(operands: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.operands = operands;
    this.#values = values;
  }

  /** The same flags beside other words. */
  withOperands(operands: readonly string[]): Flags {
    return new Flags(operands, this.#values);
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  isOn(name: string): boolean {
    return this.get(name) === 'true';
  }
}

/** Reads a command line; a flag that kubectl has and this one has not ends the program without a verdict. */
export function parseFlags(words: readonly string[]): Flags {
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void => void values.set(name, [...(values.get(name) ?? []), value]);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const { name, value } = splitFlag(word);
    if (Object.hasOwn(SWITCHES, name)) add(SWITCHES[name]!, value ?? 'true');
    else if (!Object.hasOwn(VALUE_FLAGS, name))
      throw new CannotSimulate(`kubectl's flag ${word.split('=')[0]} is not modelled in pods of the embedded cluster`);
    else if (value !== undefined) add(VALUE_FLAGS[name]!, value);
    else {
      index += 1;
      if (words[index] === undefined)
        throw new KubectlError(`flag needs an argument: ${word.startsWith('--') ? word : `'${name}' in ${word}`}`);
      add(VALUE_FLAGS[name]!, words[index]!);
    }
  }
  return new Flags(operands, values);
}

function splitFlag(word: string): { name: string; value?: string } {
  const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  if (name !== undefined) return value === undefined ? { name } : { name, value };
  const rest = word.slice(2).replace(/^=/, '');
  return word.length > 2 ? { name: word[1]!, value: rest } : { name: word[1] ?? '' };
}
