import type { KubeObject, Status } from '../../kube/types/meta.ts';
import type { Cancel, Clock } from '../../system/clock.ts';
import type { Store, StoreEvent } from '../store/store.ts';
import { expired } from './api-error.ts';
import type { ObjectPredicate } from './field-selector.ts';
import { beginsWithState, futureRevision, revisionForWatch, validateListOptions, type ListOptions } from './list-options.ts';
import { selectionOf } from './reads.ts';
import { apiVersionOf, groupResource, type ServedResource } from './resource.ts';

/** One event of a watch; objects are in stored form, bookmarks in served form. */
export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: KubeObject }
  /** The last event of a watch that cannot go on. */
  | { type: 'ERROR'; object: Status };

/** Who follows a watch. Called while a write is being committed: it may not write to the store. */
export interface WatchObserver {
  event(event: WatchEvent): void;
  /** The watch is over: its time is up, or it cannot go on. Not called after a cancel. */
  end(): void;
}

/** How often a watch that allows it is told how far it has come. */
const BOOKMARK_INTERVAL_MS = 60_000;
/** How long a watch lasts that names no timeout; the real server draws between half an hour and an hour. */
const DEFAULT_TIMEOUT_MS = 45 * 60_000;

/** Annotation of the bookmark that ends the initial events of a watch-list. */
export const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Begins a watch that was found to be in order. */
export type WatchStarter = (observer: WatchObserver) => Cancel;

/**
 * A watch of a resource: every change after the asked revision exactly once and in order, or first everything that exists.
 * Throws ApiError for options that cannot be served; a revision that is not kept any more becomes an ERROR event.
 * Models apiserver storage/cacher with its selectors, bookmarks and watch-lists.
 */
export function prepareWatch(
  { store, clock }: { store: Store; clock: Clock },
  resource: ServedResource,
  namespace: string | undefined,
  options: ListOptions,
): WatchStarter {
  validateListOptions({ ...options, isWatch: true });
  const asked = revisionForWatch(options.resourceVersion);
  const matches = selectionOf(resource, options);
  if (options.sendInitialEvents && asked !== undefined && asked > store.revision) throw futureRevision(asked, store.revision);
  return (observer) => {
    const watch = new Watch({ store, clock }, resource, { namespace, matches, fromRevision: asked ?? store.revision }, observer);
    watch.start(options);
    return () => watch.cancel();
  };
}

interface Selection {
  namespace: string | undefined;
  matches: ObjectPredicate | undefined;
  /** Changes up to this revision are known to the client. */
  fromRevision: number;
}

class Watch {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #resource: ServedResource;
  readonly #storedName: string;
  readonly #selection: Selection;
  readonly #observer: WatchObserver;
  readonly #cancels: Cancel[] = [];
  #isOver = false;

  constructor({ store, clock }: { store: Store; clock: Clock }, resource: ServedResource, selection: Selection, observer: WatchObserver) {
    this.#store = store;
    this.#clock = clock;
    this.#resource = resource;
    this.#storedName = groupResource(resource.stored);
    this.#selection = selection;
    this.#observer = observer;
  }

  start(options: ListOptions): void {
    if (beginsWithState(options)) this.#tellState(options.sendInitialEvents === true);
    else if (!this.#tellHistory()) return;
    if (this.#isOver) return;
    this.#cancels.push(this.#store.subscribe((event) => this.#tell(event)));
    const timeoutMs = options.timeoutSeconds && options.timeoutSeconds > 0 ? options.timeoutSeconds * 1000 : DEFAULT_TIMEOUT_MS;
    this.#cancels.push(this.#clock.after(timeoutMs, () => this.#end()));
    if (options.allowWatchBookmarks) this.#scheduleBookmark();
  }

  cancel(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
  }

  #tellState(isWatchList: boolean): void {
    const { namespace, matches } = this.#selection;
    for (const object of this.#store.list(this.#storedName, namespace)) {
      if (!matches || matches(object)) this.#emit({ type: 'ADDED', object });
    }
    if (isWatchList) this.#emit({ type: 'BOOKMARK', object: this.#bookmark({ [INITIAL_EVENTS_END]: 'true' }) });
  }

  /** Answers whether the watch can go on from there. */
  #tellHistory(): boolean {
    const { fromRevision } = this.#selection;
    const missed = this.#store.since(fromRevision);
    if (!missed) {
      this.#emit({ type: 'ERROR', object: expired(fromRevision, this.#store.oldestRevision).status });
      this.#end();
      return false;
    }
    for (const event of missed) this.#tell(event);
    return true;
  }

  #tell(event: StoreEvent): void {
    const { namespace, fromRevision } = this.#selection;
    if (event.resource !== this.#storedName || event.revision <= fromRevision) return;
    if (namespace !== undefined && event.object.metadata.namespace !== namespace) return;
    const seen = this.#asSeen(event);
    if (seen) this.#emit(seen);
  }

  /** An object that enters the selection is added, one that leaves it is deleted in the state it had before. */
  #asSeen({ type, object, previous }: StoreEvent): WatchEvent | undefined {
    const { matches } = this.#selection;
    if (!matches) return { type, object };
    const wasSelected = previous !== undefined && matches(previous);
    if (type === 'DELETED') return wasSelected ? { type, object } : undefined;
    if (matches(object)) return { type: wasSelected ? 'MODIFIED' : 'ADDED', object };
    if (!wasSelected) return undefined;
    const { resourceVersion } = object.metadata;
    return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion: resourceVersion! } } };
  }

  #scheduleBookmark(): void {
    const cancel = this.#clock.after(BOOKMARK_INTERVAL_MS, () => {
      this.#cancels.splice(this.#cancels.indexOf(cancel), 1);
      this.#emit({ type: 'BOOKMARK', object: this.#bookmark() });
      if (!this.#isOver) this.#scheduleBookmark();
    });
    this.#cancels.push(cancel);
  }

  #bookmark(annotations?: Record<string, string>): KubeObject {
    const { definition } = this.#resource;
    const metadata = { resourceVersion: String(this.#store.revision), ...(annotations && { annotations }) };
    return { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata: metadata as KubeObject['metadata'] };
  }

  #emit(event: WatchEvent): void {
    if (!this.#isOver) this.#observer.event(event);
  }

  #end(): void {
    if (this.#isOver) return;
    this.cancel();
    this.#observer.end();
  }
}
