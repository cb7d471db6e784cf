import type { Bytes } from '../kernel/bytes.ts';
import { ReadOnlyError } from './shell-error.ts';

/** A shell variable; it may be exported or read-only without having a value. */
export interface Variable {
  value: Bytes | undefined;
  exported: boolean;
  readonly: boolean;
  /** bash: the elements of an indexed array; `value` is then element 0. */
  elements?: Map<number, Bytes>;
  /** bash: arithmetic or case conversion on assignment (`declare -i`, `-l`, `-u`). */
  isInteger?: boolean;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a text can be the name of a variable. */
export function isVariableName(text: Bytes): boolean {
  return NAME.test(text);
}

/** The variables of a shell, with those that functions and commands have made local. */
export class VariableTable {
  readonly #variables: Map<Bytes, Variable>;
  /** What each running function (or temporary assignment) hid, to be put back when it ends. */
  readonly #frames: Map<Bytes, Variable | undefined>[];

  constructor(variables: Iterable<readonly [Bytes, Variable]> = [], frames: readonly Map<Bytes, Variable | undefined>[] = []) {
    this.#variables = new Map(variables);
    this.#frames = [...frames];
  }

  /** An independent copy, as a subshell gets. */
  copy(): VariableTable {
    const copies = [...this.#variables].map(([name, variable]) => [name, copyOf(variable)] as const);
    return new VariableTable(
      copies,
      this.#frames.map((frame) => new Map(frame)),
    );
  }

  get(name: Bytes): Variable | undefined {
    return this.#variables.get(name);
  }

  value(name: Bytes): Bytes | undefined {
    return this.#variables.get(name)?.value;
  }

  /** Sets a variable; throws ReadOnlyError when it is read-only. */
  set(name: Bytes, value: Bytes): void {
    const variable = this.#variables.get(name);
    if (!variable) {
      this.#variables.set(name, { value, exported: false, readonly: false });
      return;
    }
    if (variable.readonly) throw new ReadOnlyError(name);
    variable.value = value;
    if (variable.elements) variable.elements.set(0, value);
  }

  /** The variable by that name, made without a value where there is none. */
  declare(name: Bytes): Variable {
    let variable = this.#variables.get(name);
    if (!variable) {
      variable = { value: undefined, exported: false, readonly: false };
      this.#variables.set(name, variable);
    }
    return variable;
  }

  /** Removes a variable; throws ReadOnlyError when it is read-only. */
  unset(name: Bytes): void {
    if (this.#variables.get(name)?.readonly) throw new ReadOnlyError(name);
    this.#variables.delete(name);
  }

  /** From here on changes to names made local are undone by `popFrame`. */
  pushFrame(): void {
    this.#frames.push(new Map());
  }

  popFrame(): void {
    for (const [name, hidden] of this.#frames.pop() ?? []) {
      if (hidden) this.#variables.set(name, hidden);
      else this.#variables.delete(name);
    }
  }

  /** Makes a name local to the innermost frame; it keeps value and attributes until it is set. */
  makeLocal(name: Bytes): Variable {
    const frame = this.#frames.at(-1)!;
    if (!frame.has(name)) {
      const hidden = this.#variables.get(name);
      frame.set(name, hidden);
      this.#variables.set(name, hidden ? copyOf(hidden) : { value: undefined, exported: false, readonly: false });
    }
    return this.declare(name);
  }

  /** All variables in the order of their names. */
  sorted(): [Bytes, Variable][] {
    return [...this.#variables].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** The environment of a program that is started now. */
  environment(): Map<Bytes, Bytes> {
    const environment = new Map<Bytes, Bytes>();
    for (const [name, { value, exported }] of this.#variables) if (exported && value !== undefined) environment.set(name, value);
    return environment;
  }
}

function copyOf(variable: Variable): Variable {
  return variable.elements ? { ...variable, elements: new Map(variable.elements) } : { ...variable };
}
