import type { Cancel, Clock } from '../../system/clock.ts';
import { ApiError } from '../api/api-error.ts';
import type { Caller } from '../api/caller.ts';
import type { ApiClient } from '../api/client.ts';
import type { StoreEvent } from '../store/store.ts';
import { keyOf, type ControlPlane, type Controller } from './control-plane.ts';
import { EventRecorder } from './event-recorder.ts';
import { WorkQueue, type RetryLimits } from './work-queue.ts';

type KeysFor = (event: StoreEvent) => readonly string[];

export interface ReconcilingOptions {
  /** Whom the journal and managedFields show for what the controller writes. */
  caller: Caller;
  /** The GroupResource whose objects are reconciled; each of them once at the start. */
  primary: string;
  /** By GroupResource: the keys that a change concerns. The primary resource concerns its own key unless it is listed here. */
  watches?: Readonly<Record<string, KeysFor>>;
  /** The keys that a change of whatever resource concerns, besides. */
  watchesAll?: KeysFor;
  retry?: RetryLimits;
  /** How often every primary object is reconciled even when nothing happens; never unless given. */
  resyncMs?: number;
}

/**
 * A level-triggered controller: hears of changes, notes keys, reconciles each soon after.
 * A refused write (ApiError) is tried again later; any other error is a bug and surfaces through the clock, after which the key is tried again as well.
 */
export abstract class ReconcilingController implements Controller {
  protected readonly api: ApiClient;
  protected readonly clock: Clock;
  readonly #plane: ControlPlane;
  readonly #options: ReconcilingOptions;
  readonly #queue: WorkQueue;
  #unsubscribe: Cancel | undefined;
  #cancelResync: Cancel | undefined;

  constructor(plane: ControlPlane, options: ReconcilingOptions) {
    this.api = plane.clientFor(options.caller);
    this.clock = plane.clock;
    this.#plane = plane;
    this.#options = options;
    this.#queue = new WorkQueue({
      clock: this.clock,
      reconcile: (key) => this.reconcile(key),
      onError: (_, error) => {
        if (!(error instanceof ApiError)) this.surface(error);
      },
      ...(options.retry && { retry: options.retry }),
    });
  }

  start(): void {
    const { primary, watches, watchesAll } = this.#options;
    const handlers = new Map<string, KeysFor>(Object.entries({ [primary]: ({ object }) => [keyOf(object)], ...watches }));
    this.#unsubscribe = this.#plane.watch((event) => {
      for (const key of handlers.get(event.resource)?.(event) ?? []) this.enqueue(key);
      for (const key of watchesAll?.(event) ?? []) this.enqueue(key);
    });
    this.#enqueueAll();
    this.#resyncLater();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#cancelResync?.();
    this.#cancelResync = undefined;
    this.#queue.stop();
  }

  /** Brings about what the object of the key asks for, as it is now; it may be gone. */
  protected abstract reconcile(key: string): void;

  /** Reconciles the key soon. */
  protected enqueue(key: string): void {
    this.#queue.add(key);
  }

  /** Reconciles the key after a delay, unless it is to be sooner anyway. */
  protected enqueueAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }

  /** Writes events that show the component as their source. */
  protected recorderFor(component: string): EventRecorder {
    return new EventRecorder({ api: this.api, clock: this.clock, source: { component } });
  }

  /** Has an error that is a bug end the run of the clock. */
  protected surface(error: unknown): void {
    this.clock.after(0, () => {
      throw error;
    });
  }

  #enqueueAll(): void {
    for (const object of this.api.list(this.#options.primary)) this.enqueue(keyOf(object));
  }

  #resyncLater(): void {
    const { resyncMs } = this.#options;
    if (resyncMs === undefined) return;
    this.#cancelResync = this.clock.after(resyncMs, () => {
      this.#enqueueAll();
      this.#resyncLater();
    });
  }
}
