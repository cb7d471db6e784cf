import type { Pod, Service, ServicePort } from '../../../kube/types/core.ts';
import { equalJson } from '../../../system/json.ts';
import type { ApiClient } from '../../api/client.ts';
import { matchesLabels } from '../../api/selectors.ts';
import type { StoreEvent } from '../../store/store.ts';
import { keyOf } from '../control-plane.ts';
import { isPodReady, isPodTerminal } from '../pod-state.ts';

/** Whether endpoints of the Service are found by its selector, rather than being left to somebody else. */
export function hasManagedEndpoints({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && spec.selector !== undefined;
}

export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None';
}

/** The pods that a Service selects and that have an address; terminating ones only where they are asked for. Models endpointslice/util ShouldPodBeInEndpoints. */
export function selectedPods(api: ApiClient, service: Service, includeTerminating: boolean): Pod[] {
  const { namespace } = service.metadata;
  return api
    .list<Pod>('pods', { namespace: namespace! })
    .filter((pod) => matchesLabels(service.spec.selector ?? {}, pod.metadata.labels ?? {}))
    .filter((pod) => pod.status?.podIP && !isPodTerminal(pod) && (includeTerminating || !pod.metadata.deletionTimestamp));
}

/** The port of a pod that a Service's port leads to; undefined when the pod has no port of that name. Models FindPort. */
export function targetPort(pod: Pod, { targetPort: target, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (target === undefined || target === 0 || target === '') return port;
  if (typeof target === 'number') return target;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...pod.spec.containers, ...sidecars].flatMap((container) => container.ports ?? []);
  return ports.find((candidate) => candidate.name === target && (candidate.protocol ?? 'TCP') === protocol)?.containerPort;
}

/** Keys of the Services whose endpoints a pod's change may touch; none for changes that endpoints do not show. */
export function servicesTouchedBy(api: ApiClient, { object, previous, type }: StoreEvent): string[] {
  const pod = object as Pod;
  if (type === 'MODIFIED' && equalJson(endpointView(pod), endpointView(previous as Pod))) return [];
  const labelSets = [pod.metadata.labels ?? {}, previous?.metadata.labels ?? {}];
  return api
    .list<Service>('services', { namespace: pod.metadata.namespace! })
    .filter((service) => hasManagedEndpoints(service) && labelSets.some((labels) => matchesLabels(service.spec.selector!, labels)))
    .map(keyOf);
}

function endpointView(pod: Pod): unknown {
  const { metadata, spec, status } = pod;
  return [
    metadata.labels ?? {},
    metadata.deletionTimestamp !== undefined,
    spec.nodeName ?? '',
    status?.podIP ?? '',
    isPodTerminal(pod),
    isPodReady(pod),
  ];
}
