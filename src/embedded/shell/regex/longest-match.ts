import type { Bytes } from '../kernel/bytes.ts';
import { WORD_BYTES } from './byte-set.ts';
import type { ByteSet } from './byte-set.ts';
import type { AssertionName, RegexNode } from './tree.ts';

type State =
  | { kind: 'set'; set: ByteSet; next: number }
  | { kind: 'fork'; next: number; other: number }
  | { kind: 'assertion'; name: AssertionName; next: number }
  | { kind: 'accept' };

const MOST_STATES = 20_000;

/**
 * Finds how far a match can reach, which POSIX wants and JavaScript's leftmost alternative does not give. A set of states is moved
 * over the text, so no pattern takes more than time proportional to text and pattern. Knows no back references.
 */
export class LongestMatch {
  readonly #states: State[] = [];
  readonly #start: number;
  readonly #ignoreCase: boolean;
  readonly #multiline: boolean;

  constructor(root: RegexNode, options: { ignoreCase: boolean; multiline: boolean }) {
    this.#ignoreCase = options.ignoreCase;
    this.#multiline = options.multiline;
    this.#start = this.#build(root, this.#add({ kind: 'accept' }));
  }

  /** End of the longest match that starts at `start`; undefined when none does. */
  end(text: Bytes, start: number): number | undefined {
    let current = new Set<number>();
    this.#reach(this.#start, text, start, current);
    let end: number | undefined;
    for (let position = start; ; position += 1) {
      if (current.has(0)) end = position;
      if (position >= text.length || current.size === 0) return end;
      const next = new Set<number>();
      const code = text.charCodeAt(position);
      for (const index of current) {
        const state = this.#states[index]!;
        if (state.kind === 'set' && state.set.has(code)) this.#reach(state.next, text, position + 1, next);
      }
      current = next;
    }
  }

  #add(state: State): number {
    if (this.#states.length >= MOST_STATES) throw new RangeError('a regular expression is too long');
    return this.#states.push(state) - 1;
  }

  /** Adds the states of a node that lead on to `next`, and answers the first of them. */
  #build(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'set':
        return this.#add({ kind: 'set', set: this.#ignoreCase ? node.set.ignoringCase() : node.set, next });
      case 'sequence':
        return node.items.reduceRight((after, item) => this.#build(item, after), next);
      case 'alternatives':
        return node.branches
          .map((branch) => this.#build(branch, next))
          .reduce((first, other) => this.#add({ kind: 'fork', next: first, other }));
      case 'group':
        return this.#build(node.item, next);
      case 'assertion':
        return this.#add({ kind: 'assertion', name: node.name, next });
      case 'repeat':
        return this.#buildRepeat(node, next);
      case 'reference':
        throw new TypeError('back references have no states');
    }
  }

  #buildRepeat({ item, min, max }: RegexNode & { kind: 'repeat' }, next: number): number {
    let first = next;
    if (max === undefined) {
      const loop = this.#add({ kind: 'fork', next, other: next });
      const body = this.#build(item, loop);
      this.#states[loop] = { kind: 'fork', next: body, other: next };
      first = loop;
    } else for (let count = min; count < max; count += 1) first = this.#add({ kind: 'fork', next: this.#build(item, first), other: next });
    for (let count = 0; count < min; count += 1) first = this.#build(item, first);
    return first;
  }

  #reach(index: number, text: Bytes, position: number, into: Set<number>): void {
    const pending = [index];
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      if (into.has(state)) continue;
      into.add(state);
      const node = this.#states[state]!;
      if (node.kind === 'fork') pending.push(node.next, node.other);
      else if (node.kind === 'assertion' && this.#holds(node.name, text, position)) pending.push(node.next);
    }
  }

  #holds(name: AssertionName, text: Bytes, position: number): boolean {
    const before = position > 0 && WORD_BYTES.has(text.charCodeAt(position - 1));
    const after = position < text.length && WORD_BYTES.has(text.charCodeAt(position));
    switch (name) {
      case 'start':
        return position === 0 || (this.#multiline && text[position - 1] === '\n');
      case 'end':
        return position === text.length || (this.#multiline && text[position] === '\n');
      case 'text-start':
        return position === 0;
      case 'text-end':
        return position === text.length;
      case 'word-boundary':
        return before !== after;
      case 'inside-word':
        return before === after;
      case 'word-start':
        return !before && after;
      case 'word-end':
        return before && !after;
    }
  }
}
