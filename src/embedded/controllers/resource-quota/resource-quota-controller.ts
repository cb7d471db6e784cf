import type { Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { isInScope, usageOf, type ResourceQuota } from '../../admission/quota/quota-usage.ts';
import { add, amountsOf, ZERO, type Quantities } from '../../schema/amounts.ts';
import type { StoreEvent } from '../../store/store.ts';
import { keyOf, managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { ReconcilingController } from '../reconciling-controller.ts';

const RESOURCE = 'resourcequotas';
/** Kinds that take several resources; others are only counted. */
const MEASURED = ['pods', 'services', 'persistentvolumeclaims'];

/**
 * Keeps the status of ResourceQuotas: what they allow, and what is used. The API server adds to it with each creation; this counts anew
 * when a quota changes, and when something in its namespace goes or ends. Models pkg/controller/resourcequota.
 */
export class ResourceQuotaController extends ReconcilingController {
  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('resourcequota-controller'),
      primary: RESOURCE,
      watchesAll: (event) => this.#quotasToCountAnew(event),
    });
  }

  #quotasToCountAnew(event: StoreEvent): string[] {
    const { namespace } = event.object.metadata;
    if (namespace === undefined || !freesSomething(event)) return [];
    return this.api.list<ResourceQuota>(RESOURCE, { namespace }).map(keyOf);
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const quota = this.api.get<ResourceQuota>(RESOURCE, namespace, name);
    if (!quota || quota.metadata.deletionTimestamp) return;
    const hard = quota.spec?.hard ?? {};
    const status = { hard, used: amountsOf(this.#usedOf(quota, namespace, Object.keys(hard))) };
    if (!equalJson(quota.status, status)) this.api.update(RESOURCE, { ...quota, status }, 'status');
  }

  #usedOf(quota: ResourceQuota, namespace: string, names: readonly string[]): Quantities {
    let used: Quantities = new Map();
    for (const resource of resourcesBehind(names)) {
      for (const object of this.api.list<KubeObject>(resource, { namespace })) {
        if (isInScope(quota, resource, object)) used = add(used, usageOf(resource, object));
      }
    }
    return new Map(names.map((name) => [name, used.get(name) ?? ZERO]));
  }
}

/** The kinds that have to be looked at to know what is used. */
function resourcesBehind(names: readonly string[]): Set<string> {
  const counted = names.map((name) => (name.startsWith('count/') ? name.slice('count/'.length) : name));
  return new Set([...MEASURED, ...counted]);
}

/** What goes, what ends, and what may have come to take less. */
function freesSomething({ type, resource, object, previous }: StoreEvent): boolean {
  if (type === 'DELETED') return true;
  if (type !== 'MODIFIED' || resource !== 'pods') return type === 'MODIFIED' && resource === 'services';
  return hasEnded(object as Pod) && !hasEnded(previous as Pod);
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
