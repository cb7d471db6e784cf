import type { Bytes } from './bytes.ts';

/** Numbers that look random and are the same in every run with the same seed. */
export class Random {
  #state: number;

  constructor(seed: string) {
    this.#state = 2_166_136_261;
    for (let index = 0; index < seed.length; index += 1) this.#state = Math.imul(this.#state ^ seed.charCodeAt(index), 16_777_619);
  }

  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number {
    return Math.floor((this.#next() / 2 ** 32) * bound);
  }

  bytes(count: number): Bytes {
    let bytes = '';
    for (let index = 0; index < count; index += 1) bytes += String.fromCharCode(this.below(256));
    return bytes;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
