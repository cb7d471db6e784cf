import type { Cancel, Clock } from '../system/clock.ts';
import type { KindRules } from './admission/kind-rules.ts';
import { BUILTIN_RESOURCES } from './api/builtin-resources.ts';
import type { Caller } from './api/caller.ts';
import type { ApiClient } from './api/client.ts';
import { InProcessClient } from './api/in-process-client.ts';
import { groupResource, type ResourceDefinition } from './api/resource.ts';
import { ResourceRegistry } from './api/resource-registry.ts';
import { Writes } from './api/writes.ts';
import type { ControlPlane } from './controllers/control-plane.ts';
import type { KindSchema } from './schema/kind-schema.ts';
import { MemoryJournal, type Journal } from './store/journal.ts';
import { Store, type StoreEvent, type StoreSnapshot } from './store/store.ts';

export interface ClusterCoreOptions {
  clock: Clock;
  snapshot?: StoreSnapshot;
  journal?: Journal;
  /** Rules of built-in kinds by GroupResource. */
  rules?: Readonly<Record<string, KindRules>>;
  schemaOf?: (definition: ResourceDefinition) => KindSchema | undefined;
}

/** State and API of a cluster, without anything that acts on it by itself. */
export class ClusterCore implements ControlPlane {
  readonly clock: Clock;
  readonly store: Store;
  readonly registry: ResourceRegistry;
  readonly journal: Journal;
  readonly writes: Writes;

  constructor({ clock, snapshot, journal = new MemoryJournal(), rules = {}, schemaOf = () => undefined }: ClusterCoreOptions) {
    this.clock = clock;
    this.store = new Store(snapshot);
    this.registry = new ResourceRegistry(BUILTIN_RESOURCES);
    this.journal = journal;
    this.writes = new Writes({
      store: this.store,
      clock,
      journal,
      rulesOf: (definition) => rules[groupResource(definition)] ?? {},
      schemaOf,
    });
  }

  clientFor(caller: Caller): ApiClient {
    return new InProcessClient(this, caller);
  }

  watch(listener: (event: StoreEvent) => void): Cancel {
    return this.store.subscribe(listener);
  }
}
