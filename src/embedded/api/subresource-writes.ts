import type { Namespace, Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import { conflict } from './api-error.ts';
import type { ApiRequest } from './request.ts';
import type { Writes } from './writes.ts';

/**
 * Assigns a pod to a node, and says so in its PodScheduled condition; 409 for a pod that is assigned already or being deleted.
 * Models registry/core/pod/storage assignPod.
 */
export function bindPod(writes: Writes, clock: Clock, request: ApiRequest, nodeName: string): KubeObject {
  return writes.amend({ ...request, subresource: 'binding' }, 'create', (draft) => {
    const pod = draft as Pod;
    const target = { plural: 'pods/binding', group: '', name: pod.metadata.name };
    if (pod.metadata.deletionTimestamp) throw conflict(target, `pod ${pod.metadata.name} is being deleted, cannot be assigned to a host`);
    if (pod.spec.nodeName) throw conflict(target, `pod ${pod.metadata.name} is already assigned to node "${pod.spec.nodeName}"`);
    pod.spec.nodeName = nodeName;
    pod.status = { ...pod.status };
    pod.status.conditions = [
      ...(pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
      { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: toSecondsTimestamp(clock.now()) },
    ];
  });
}

/** Takes the `kubernetes` finalizer out of a Namespace's spec: its content is gone. Models registry/core/namespace/storage FinalizeREST. */
export function finalizeNamespace(writes: Writes, request: ApiRequest): KubeObject {
  return writes.amend({ ...request, subresource: 'finalize' }, 'update', (draft) => {
    const namespace = draft as Namespace;
    namespace.spec = { ...namespace.spec, finalizers: (namespace.spec?.finalizers ?? []).filter((name) => name !== 'kubernetes') };
    if (namespace.spec.finalizers?.length === 0) delete namespace.spec.finalizers;
  });
}
