import type { Bytes } from '../../kernel/bytes.ts';
import { CommandError } from '../io/command-error.ts';
import type { Value } from './values.ts';

export type AwkArray = Map<Bytes, Value>;

/** A variable, which is a value or an array once it has been used as one of them. */
export class Cell {
  value: Value;
  #array: AwkArray | undefined;
  /** The variable that was handed over for this parameter; both are the same array if they become one. */
  readonly #origin: Cell | undefined;

  constructor(value: Value, origin?: Cell) {
    this.value = value;
    this.#origin = origin;
  }

  get array(): AwkArray {
    if (this.value !== undefined) throw new CommandError('line 1: illegal reference to array', 2);
    this.#array ??= this.#origin?.array ?? new Map<Bytes, Value>();
    return this.#array;
  }

  get isArray(): boolean {
    return this.#array !== undefined || this.#origin?.isArray === true;
  }
}

/** The variables of a program: global ones, and those of the function that runs. */
export class Scope {
  readonly #globals = new Map<Bytes, Cell>();
  #locals: ReadonlyMap<Bytes, Cell> | undefined;

  cell(name: Bytes): Cell {
    const local = this.#locals?.get(name);
    if (local) return local;
    let cell = this.#globals.get(name);
    if (!cell) {
      cell = new Cell(undefined);
      this.#globals.set(name, cell);
    }
    return cell;
  }

  global(name: Bytes): Cell {
    const locals = this.#locals;
    this.#locals = undefined;
    const cell = this.cell(name);
    this.#locals = locals;
    return cell;
  }

  isLocal(name: Bytes): boolean {
    return this.#locals?.has(name) === true;
  }

  /** Makes a function's variables the ones that are seen; answers how to go back. */
  enter(locals: ReadonlyMap<Bytes, Cell>): () => void {
    const before = this.#locals;
    this.#locals = locals;
    return () => {
      this.#locals = before;
    };
  }
}
