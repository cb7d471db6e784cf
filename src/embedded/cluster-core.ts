import { admit } from './admission/admit.ts';
import { CUSTOM_OBJECT_RULES } from './admission/custom/custom-object-rules.ts';
import type { Cancel, Clock } from '../system/clock.ts';
import type { KindRules } from './admission/kind-rules.ts';
import { enforcePolicies } from './admission/policies/enforce-policies.ts';
import { refuseEscalation } from './api/access/escalation-guard.ts';
import { RbacAuthorizer } from './api/access/rbac-authorizer.ts';
import { BUILTIN_RESOURCES } from './api/builtin-resources.ts';
import type { Caller } from './api/caller.ts';
import { autoscalersInV1 } from './api/autoscaler-v1.ts';
import type { ApiClient } from './api/client.ts';
import { CustomResourceCatalog } from './api/custom-resources/custom-resource-catalog.ts';
import { InProcessClient } from './api/in-process-client.ts';
import { mirroredEvents } from './api/mirrored-events.ts';
import { groupResource, type ResourceDefinition } from './api/resource.ts';
import { ResourceRegistry } from './api/resource-registry.ts';
import { Writes } from './api/writes.ts';
import type { ControlPlane } from './controllers/control-plane.ts';
import type { KindSchema } from './schema/kind-schema.ts';
import { LoggedJournal, MemoryJournal, type Journal } from './store/journal.ts';
import type { StoreLog } from './store/store-log.ts';
import { Store, type StoreEvent, type StoreSnapshot } from './store/store.ts';

export interface ClusterCoreOptions {
  clock: Clock;
  snapshot?: StoreSnapshot;
  /** Takes every write and, unless a journal is given, the journal. */
  log?: StoreLog;
  journal?: Journal;
  /** Rules of built-in kinds by GroupResource. */
  rules?: Readonly<Record<string, KindRules>>;
  /** Schemas of kinds that no CustomResourceDefinition defines; kinds without one are stored as they come. */
  schemaOf?: (definition: ResourceDefinition) => KindSchema | undefined;
}

/** State and API of a cluster, without anything that acts on it by itself. */
export class ClusterCore implements ControlPlane {
  readonly clock: Clock;
  readonly store: Store;
  readonly registry: ResourceRegistry;
  readonly journal: Journal;
  readonly writes: Writes;
  readonly authorizer: RbacAuthorizer;
  readonly customResources: CustomResourceCatalog;

  constructor({ clock, snapshot, log, journal, rules = {}, schemaOf = () => undefined }: ClusterCoreOptions) {
    this.clock = clock;
    this.store = new Store(snapshot, log);
    this.registry = builtInRegistry();
    this.customResources = new CustomResourceCatalog(this.store, this.registry);
    this.journal = journal ?? (log ? new LoggedJournal(log) : new MemoryJournal());
    this.authorizer = new RbacAuthorizer(this.store);
    this.writes = new Writes({
      store: this.store,
      clock,
      journal: this.journal,
      rulesOf: (definition) => rules[groupResource(definition)] ?? (definition.isBuiltIn ? NO_RULES : CUSTOM_OBJECT_RULES),
      schemaOf: (definition) => (definition.isBuiltIn ? undefined : this.customResources.schemaOf(definition)) ?? schemaOf(definition),
      admit: (request, draft, previous) =>
        admit({ store: this.store, writes: this.writes, quotas: this.registry.get('resourcequotas')! }, request, draft, previous),
      guard: (request, draft, previous) => refuseEscalation(this.authorizer, request, draft, previous),
      enforcePolicies: (request, change) => enforcePolicies(this.store, request, change),
    });
  }

  clientFor(caller: Caller): ApiClient {
    return new InProcessClient(this, caller);
  }

  watch(listener: (event: StoreEvent) => void): Cancel {
    return this.store.subscribe(listener);
  }
}

const NO_RULES: KindRules = {};

/** The registry of a cluster that has no custom resources yet. */
export function builtInRegistry(): ResourceRegistry {
  const registry = new ResourceRegistry(BUILTIN_RESOURCES);
  const events = registry.get('events')!;
  registry.add(events, [{ definition: events, stored: events }, mirroredEvents(events)]);
  const autoscalers = registry.get('horizontalpodautoscalers.autoscaling')!;
  registry.add(autoscalers, [{ definition: autoscalers, stored: autoscalers }, autoscalersInV1(autoscalers)]);
  return registry;
}
