import type { Process } from '../../shell/kernel/process.ts';
import type { Task } from '../../shell/kernel/task.ts';

/** Lets at most so many requests begin in each window of time. Models ratelimit.Limiter: the bucket is filled at every tick, not little by little. */
export class RateLimit {
  readonly #process: Process;
  readonly #perWindow: number;
  readonly #windowMs: number;
  readonly #startMs: number;
  #window = 0;
  #taken = 0;

  constructor(process: Process, perWindow: number, windowMs: number) {
    this.#process = process;
    this.#perWindow = perWindow;
    this.#windowMs = windowMs;
    this.#startMs = process.kernel.host.now();
  }

  /** Waits until another request may begin. */
  *take(): Task<void> {
    if (this.#perWindow <= 0) return;
    for (;;) {
      const elapsedMs = this.#process.kernel.host.now() - this.#startMs;
      const window = Math.floor(elapsedMs / this.#windowMs);
      if (window > this.#window) {
        this.#window = window;
        this.#taken = 0;
      }
      if (this.#taken < this.#perWindow) {
        this.#taken += 1;
        return;
      }
      yield* this.#process.sleep((window + 1) * this.#windowMs - elapsedMs);
    }
  }
}
