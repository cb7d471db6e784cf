import type { Wait } from './task.ts';

/** Something that several tasks may wait for; everybody who waits is woken each time it happens. */
export class Broadcast {
  readonly #waiting = new Set<() => void>();

  /** Waits for the next `notify`. */
  readonly wait: Wait = (wake) => {
    this.#waiting.add(wake);
    return () => {
      this.#waiting.delete(wake);
    };
  };

  notify(): void {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

/** Waits for whichever of several things happens first. */
export function waitForAny(waits: readonly Wait[]): Wait {
  return (wake) => {
    const cancels = waits.map((wait) => wait(wake));
    return () => {
      for (const cancel of cancels) cancel();
    };
  };
}
