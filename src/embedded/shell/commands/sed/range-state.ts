import type { Task } from '../../kernel/task.ts';
import type { Address, RangeEnd, SedCommand } from './tree.ts';

/** Whether a command with two addresses is between them. */
export class RangeState {
  readonly #first: Address | undefined;
  readonly #end: RangeEnd | undefined;
  #isActive: boolean;
  #lastLine: number | undefined;

  constructor({ first, end, startsAtZero }: SedCommand) {
    this.#first = first;
    this.#end = end;
    this.#isActive = startsAtZero;
  }

  /** Whether the range goes on after the present line. */
  get isActive(): boolean {
    return this.#isActive;
  }

  *includes(line: number, matches: (address: Address) => Task<boolean>): Task<boolean> {
    if (this.#isActive) return yield* this.#continues(line, matches);
    if (!this.#first || !(yield* matches(this.#first))) return false;
    this.#begin(line);
    return true;
  }

  #begin(line: number): void {
    const end = this.#end!;
    this.#lastLine =
      end.kind === 'line'
        ? end.line
        : end.kind === 'count'
          ? line + end.count
          : end.kind === 'multiple'
            ? Math.ceil(line / Math.max(1, end.of)) * Math.max(1, end.of)
            : undefined;
    if (end.kind === 'multiple' && end.of === 0) this.#lastLine = line;
    this.#isActive = this.#lastLine === undefined || this.#lastLine > line;
  }

  *#continues(line: number, matches: (address: Address) => Task<boolean>): Task<boolean> {
    if (this.#lastLine !== undefined) {
      this.#isActive = line < this.#lastLine;
      return line <= this.#lastLine;
    }
    const end = this.#end!;
    if (end.kind !== 'count' && end.kind !== 'multiple' && (yield* matches(end))) this.#isActive = false;
    return true;
  }
}
