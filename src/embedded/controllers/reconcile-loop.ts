import type { Cancel } from '../../system/clock.ts';
import { ApiError } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import type { StoreEvent } from '../store/store.ts';
import { keyOf, type ControlPlane, type Controller } from './control-plane.ts';
import { WorkQueue, type RetryLimits } from './work-queue.ts';

export interface ReconcileLoopOptions {
  plane: ControlPlane;
  api: ApiClient;
  /** The GroupResource whose objects are reconciled; each of them once at the start. */
  primary: string;
  /** By GroupResource: the keys that a change concerns. The primary resource concerns its own key unless it is listed here. */
  watches?: Readonly<Record<string, (event: StoreEvent) => readonly string[]>>;
  reconcile: (key: string) => void;
  retry?: RetryLimits;
}

/**
 * The frame of a level-triggered controller: hears of changes, notes keys, reconciles each soon after.
 * A refused write (ApiError) is tried again later; any other error is a bug and surfaces through the clock, after which the key is tried again as well.
 */
export class ReconcileLoop implements Controller {
  readonly #options: ReconcileLoopOptions;
  readonly #queue: WorkQueue;
  #unsubscribe: Cancel | undefined;

  constructor(options: ReconcileLoopOptions) {
    this.#options = options;
    const { clock } = options.plane;
    this.#queue = new WorkQueue({
      clock,
      reconcile: options.reconcile,
      onError: (_, error) => {
        if (error instanceof ApiError) return;
        clock.after(0, () => {
          throw error;
        });
      },
      ...(options.retry && { retry: options.retry }),
    });
  }

  start(): void {
    const { plane, api, primary, watches = {} } = this.#options;
    const handlers = new Map(Object.entries({ [primary]: (event: StoreEvent) => [keyOf(event.object)], ...watches }));
    this.#unsubscribe = plane.watch((event) => {
      for (const key of handlers.get(event.resource)?.(event) ?? []) this.#queue.add(key);
    });
    for (const object of api.list(primary)) this.#queue.add(keyOf(object));
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#queue.stop();
  }

  /** Reconciles the key soon. */
  add(key: string): void {
    this.#queue.add(key);
  }

  /** Reconciles the key after a delay, unless it is to be sooner anyway. */
  addAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }
}
