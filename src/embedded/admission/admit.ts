import type { Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { controlPlane } from '../api/caller.ts';
import type { ApiRequest } from '../api/request.ts';
import { groupResource, type ResourceDefinition } from '../api/resource.ts';
import type { Writes } from '../api/writes.ts';
import type { Store } from '../store/store.ts';
import { admitPodSecurity } from './pod-security/pod-security.ts';
import { chargesFor } from './quota/charge-quotas.ts';
import { refuseBeyondLimits } from './quota/limit-ranges.ts';

export interface AdmissionDependencies {
  store: Store;
  writes: Writes;
  quotas: ResourceDefinition;
}

/**
 * What stands between a write that is right in itself and the store: limits of the namespace, its security standard, and, last since
 * that is noted down, its quotas. Throws 403. Models the validating plugins LimitRanger, PodSecurity and ResourceQuota.
 */
export function admit(
  { store, writes, quotas }: AdmissionDependencies,
  request: ApiRequest,
  draft: KubeObject,
  previous: KubeObject | undefined,
): void {
  const isNewPod = !previous && groupResource(request.definition) === 'pods';
  if (isNewPod) refuseBeyondLimits(draft as Pod, store);
  admitPodSecurity(store, request, draft, previous);
  const charges = chargesFor(store, request, draft, previous);
  if (request.isDryRun) return;
  for (const { quota, used } of charges) {
    const { namespace, name } = quota.metadata;
    const place = { definition: quotas, namespace: namespace!, name, subresource: 'status' };
    writes.amend({ caller: controlPlane('system:apiserver', 'kube-apiserver'), ...place }, 'update', (changed) => {
      (changed as typeof quota).status = { ...quota.status, used };
    });
  }
}
