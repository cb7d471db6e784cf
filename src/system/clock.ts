/** Takes back a task that was set with `Clock.after`; does nothing once the task has run. */
export type Cancel = () => void;

/** The only source of time in the embedded cluster, so that a drill can live through ten minutes in a fraction of a second. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, `delayMs` from now. Tasks run in the order they fall due; those due together, in the order they were set. */
  after(delayMs: number, task: () => void): Cancel;
  /** Says that work outside the clock is under way (a worker computing, a promise pending): stepped time waits until the answer is called. */
  hold(): () => void;
}

interface Timer {
  dueMs: number;
  order: number;
  task: (() => void) | undefined;
}

/** Timers ordered by due time, then by the order they were set (a binary heap). */
class TimerHeap {
  readonly #timers: Timer[] = [];

  get first(): Timer | undefined {
    return this.#timers[0];
  }

  push(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.length;
    timers.push(timer);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isEarlier(timer, timers[parent]!)) break;
      timers[index] = timers[parent]!;
      index = parent;
    }
    timers[index] = timer;
  }

  pop(): Timer | undefined {
    const timers = this.#timers;
    const first = timers[0];
    const last = timers.pop();
    if (!first || !last || first === last) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= timers.length) break;
      if (child + 1 < timers.length && isEarlier(timers[child + 1]!, timers[child]!)) child += 1;
      if (!isEarlier(timers[child]!, last)) break;
      timers[index] = timers[child]!;
      index = child;
    }
    timers[index] = last;
    return first;
  }
}

function isEarlier(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/** What `ClusterClock.advance` is asked for. */
export interface AdvanceOptions {
  /** The furthest that time may move, in milliseconds since the epoch. */
  deadlineMs: number;
  /** Stops as soon as this holds; asked after every moment at which something ran. */
  until?: () => boolean;
}

/**
 * A clock that starts stepped, moving only inside `advance`, and can be set live once, after which it follows the machine's.
 * An error thrown by a task leaves `advance` when stepped, and goes to `onError` when live.
 */
export class ClusterClock implements Clock {
  readonly #heap = new TimerHeap();
  readonly #onError: (error: unknown) => void;
  #nowMs: number;
  #order = 0;
  #live = false;
  #armed: NodeJS.Timeout | undefined;
  #armedForMs = Infinity;
  #holds = 0;
  #heldSinceYield = false;
  #wakeAdvance: (() => void) | undefined;

  constructor(startMs: number, onError: (error: unknown) => void = rethrow) {
    this.#nowMs = startMs;
    this.#onError = onError;
  }

  now(): number {
    if (this.#live) this.#nowMs = Math.max(this.#nowMs, Date.now());
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): Cancel {
    const timer: Timer = { dueMs: this.now() + Math.max(0, delayMs), order: this.#order++, task };
    this.#heap.push(timer);
    if (this.#live) this.#arm();
    return () => {
      timer.task = undefined;
    };
  }

  hold(): () => void {
    this.#holds += 1;
    this.#heldSinceYield = true;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      if (this.#holds === 0) this.#wakeAdvance?.();
    };
  }

  /** Moves stepped time from one due task to the next until `until` holds (answers true) or the deadline is reached (answers whether it holds then). */
  async advance({ deadlineMs, until }: AdvanceOptions): Promise<boolean> {
    if (this.#live) throw new Error('a live clock cannot be advanced');
    for (;;) {
      this.#runDue();
      if (this.#heldSinceYield) {
        await this.#outsideWork();
        continue;
      }
      if (until?.()) return true;
      const next = this.#nextDueMs();
      if (next === undefined || next > deadlineMs) break;
      this.#nowMs = next;
    }
    this.#nowMs = Math.max(this.#nowMs, deadlineMs);
    return until?.() ?? true;
  }

  /** From here on time follows the machine's clock; tasks that are overdue run at once. */
  goLive(): void {
    this.#live = true;
    this.#arm();
  }

  /** Drops every task, so that nothing keeps the process alive. */
  stop(): void {
    clearTimeout(this.#armed);
    this.#armed = undefined;
    while (this.#heap.pop());
  }

  #runDue(): void {
    for (let timer = this.#heap.first; timer && timer.dueMs <= this.#nowMs; timer = this.#heap.first) {
      this.#heap.pop();
      timer.task?.();
    }
  }

  #nextDueMs(): number | undefined {
    while (this.#heap.first && !this.#heap.first.task) this.#heap.pop();
    return this.#heap.first?.dueMs;
  }

  /** Waits until nobody holds time, then lets what the answers set off run to its end. */
  async #outsideWork(): Promise<void> {
    while (this.#heldSinceYield) {
      if (this.#holds > 0) {
        await new Promise<void>((resolve) => {
          this.#wakeAdvance = resolve;
        });
        this.#wakeAdvance = undefined;
      }
      this.#heldSinceYield = this.#holds > 0;
      await new Promise(setImmediate);
    }
  }

  #arm(): void {
    const next = this.#nextDueMs();
    if (next === undefined || next >= this.#armedForMs) return;
    clearTimeout(this.#armed);
    this.#armedForMs = next;
    // Why: Node turns a delay above 2^31-1 ms into 1 ms; waking up early and arming again is harmless.
    this.#armed = setTimeout(() => this.#fire(), Math.min(Math.max(0, next - this.now()), 2 ** 31 - 1));
  }

  #fire(): void {
    this.#armed = undefined;
    this.#armedForMs = Infinity;
    this.now();
    for (let timer = this.#heap.first; timer && timer.dueMs <= this.#nowMs; timer = this.#heap.first) {
      this.#heap.pop();
      try {
        timer.task?.();
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#arm();
  }
}

function rethrow(error: unknown): never {
  throw error;
}
