import type { Cancel, Clock } from '../../system/clock.ts';

/** How long a controller takes from hearing of a change to acting on it. */
const REACTION_MS = 2;

export interface RetryLimits {
  baseMs: number;
  maxMs: number;
}

/** Delays of client-go's default item rate limiter. */
export const DEFAULT_RETRY: RetryLimits = { baseMs: 5, maxMs: 1_000_000 };

/**
 * Keys that wait to be reconciled: each at most once, in the order they came. Models client-go util/workqueue.
 * A reconcile that throws is tried again after a delay that doubles; `onError` hears of it.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #reconcile: (key: string) => void;
  readonly #onError: (key: string, error: unknown) => void;
  readonly #retry: RetryLimits;
  readonly #waiting = new Map<string, Cancel>();
  readonly #delayed = new Map<string, { dueMs: number; cancel: Cancel }>();
  readonly #failures = new Map<string, number>();

  constructor(options: {
    clock: Clock;
    reconcile: (key: string) => void;
    onError?: (key: string, error: unknown) => void;
    retry?: RetryLimits;
  }) {
    this.#clock = options.clock;
    this.#reconcile = options.reconcile;
    this.#onError = options.onError ?? (() => undefined);
    this.#retry = options.retry ?? DEFAULT_RETRY;
  }

  /** Reconciles the key soon; once, however often it is added meanwhile. */
  add(key: string): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.set(
      key,
      this.#clock.after(REACTION_MS, () => this.#run(key)),
    );
  }

  /** Reconciles the key after a delay; of several delays for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    const dueMs = this.#clock.now() + delayMs;
    const pending = this.#delayed.get(key);
    if (pending && pending.dueMs <= dueMs) return;
    pending?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueMs, cancel });
  }

  /** Drops everything that waits. */
  stop(): void {
    for (const cancel of this.#waiting.values()) cancel();
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#waiting.clear();
    this.#delayed.clear();
  }

  #run(key: string): void {
    this.#waiting.delete(key);
    try {
      this.#reconcile(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#onError(key, error);
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.addAfter(key, Math.min(this.#retry.maxMs, this.#retry.baseMs * 2 ** failures));
    }
  }
}
