import type { Task, Wait } from './task.ts';

/** One task under the scheduler: it runs, is ready to run, or waits. */
export class Coroutine {
  readonly task: Task<void>;
  /** Which wait it is in; a wake-up that belongs to an earlier one does nothing. */
  generation = 0;
  cancelWait: (() => void) | undefined;
  isDropped = false;

  constructor(task: Task<void>) {
    this.task = task;
  }
}

/**
 * Runs tasks one at a time in the order they became ready, so that the same events always interleave in the same way.
 * Nothing here waits for real time: `run` returns when every task waits, or when one asked to stall.
 */
export class Scheduler {
  readonly #ready: Coroutine[] = [];
  #running: Coroutine | undefined;
  #stall: { until: Promise<unknown>; coroutine: Coroutine } | undefined;

  get running(): Coroutine | undefined {
    return this.#running;
  }

  start(task: Task<void>): Coroutine {
    const coroutine = new Coroutine(task);
    this.#ready.push(coroutine);
    return coroutine;
  }

  /** Takes a task that is not running out of the schedule for good. */
  drop(coroutine: Coroutine): void {
    coroutine.isDropped = true;
    coroutine.cancelWait?.();
    coroutine.cancelWait = undefined;
  }

  /** Makes `run` return at the next wait of the running task, which goes on before all others in the `run` after that. */
  stallUntil(until: Promise<unknown>): void {
    if (this.#running) this.#stall = { until, coroutine: this.#running };
  }

  /** Lets tasks run until all wait (answers undefined) or one stalls (answers what to await before running on). */
  run(): Promise<unknown> | undefined {
    for (let coroutine = this.#ready.shift(); coroutine; coroutine = this.#ready.shift()) {
      if (coroutine.isDropped) continue;
      this.#step(coroutine);
      if (this.#stall) {
        const { until, coroutine: stalled } = this.#stall;
        this.#stall = undefined;
        this.#ready.unshift(stalled);
        return until;
      }
    }
    return undefined;
  }

  #step(coroutine: Coroutine): void {
    this.#running = coroutine;
    coroutine.cancelWait = undefined;
    const generation = ++coroutine.generation;
    try {
      const result = coroutine.task.next();
      if (result.done === true || this.#stall?.coroutine === coroutine || coroutine.isDropped) return;
      this.#wait(coroutine, result.value, generation);
    } finally {
      this.#running = undefined;
    }
  }

  #wait(coroutine: Coroutine, wait: Wait, generation: number): void {
    let isAwake = false;
    const cancel = wait(() => {
      if (isAwake || coroutine.isDropped || coroutine.generation !== generation) return;
      isAwake = true;
      coroutine.cancelWait = undefined;
      this.#ready.push(coroutine);
    });
    if (!isAwake) coroutine.cancelWait = cancel;
  }
}
