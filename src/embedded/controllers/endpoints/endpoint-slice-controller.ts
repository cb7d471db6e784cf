import type { EndpointSlice, Pod, Service } from '../../../kube/types/core.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import { keyOf, managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { controllerReference } from '../ownership.ts';
import { isNamespaceTerminating } from '../pod-control.ts';
import { isPodReady } from '../pod-state.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { TRIGGER_TIME } from './endpoints-controller.ts';
import { hasManagedEndpoints, isHeadless, selectedPods, servicesTouchedBy, targetPort } from './service-pods.ts';

const RESOURCE = 'endpointslices.discovery.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';

type SlicePorts = NonNullable<EndpointSlice['ports']>;
type SliceEndpoint = EndpointSlice['endpoints'][number];

interface WantedSlice {
  ports: SlicePorts;
  endpoints: SliceEndpoint[];
}

/**
 * Keeps EndpointSlices for every Service with a selector: one per set of ports, with terminating pods, which kube-proxy falls
 * back to. Models pkg/controller/endpointslice; slices are not split at 100 endpoints, which one node's pods do not reach.
 */
export class EndpointSliceController extends ReconcilingController {
  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('endpointslice-controller'),
      primary: 'services',
      watches: {
        services: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]),
        pods: (event) => servicesTouchedBy(this.api, event),
      },
    });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = this.api.get<Service>('services', namespace, name);
    if (!service || service.metadata.deletionTimestamp || !hasManagedEndpoints(service)) return;
    const spare = this.#slicesOf(service);
    for (const wanted of wantedSlices(service, selectedPods(this.api, service, true))) {
      const index = Math.max(
        0,
        spare.findIndex(({ ports }) => equalJson(ports ?? [], wanted.ports)),
      );
      const [existing] = spare.splice(index, 1);
      if (existing) this.#update(service, existing, wanted);
      else this.#create(service, wanted);
    }
    for (const slice of spare) this.api.delete(RESOURCE, namespace, slice.metadata.name);
  }

  #slicesOf(service: Service): EndpointSlice[] {
    const { namespace, name } = service.metadata;
    const selector = { matchLabels: { [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER } };
    return this.api.list<EndpointSlice>(RESOURCE, { namespace: namespace!, selector });
  }

  #create(service: Service, { ports, endpoints }: WantedSlice): void {
    const { namespace, name } = service.metadata;
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        namespace: namespace!,
        labels: labelsOf(service),
        ...(endpoints.length > 0 && { annotations: { [TRIGGER_TIME]: toSecondsTimestamp(this.clock.now()) } }),
        ownerReferences: [controllerReference(service)],
      } as EndpointSlice['metadata'],
      addressType: 'IPv4' as const,
      endpoints,
      ports,
    };
    try {
      this.api.create<EndpointSlice>(RESOURCE, slice);
    } catch (error) {
      if (!(error instanceof ApiError) || !isNamespaceTerminating(error)) throw error;
    }
  }

  #update(service: Service, existing: EndpointSlice, { ports, endpoints: wanted }: WantedSlice): void {
    const endpoints = inFormerOrder(existing.endpoints ?? [], wanted);
    const labels = labelsOf(service);
    const isSame = equalJson(existing.endpoints ?? [], endpoints) && equalJson(existing.ports ?? [], ports);
    if (isSame && equalJson(existing.metadata.labels ?? {}, labels)) return;
    const draft = cloneJson(existing);
    Object.assign(draft, { endpoints, ports });
    draft.metadata.labels = labels;
    if (gained(existing.endpoints ?? [], endpoints)) draft.metadata.annotations = { [TRIGGER_TIME]: toSecondsTimestamp(this.clock.now()) };
    else delete draft.metadata.annotations;
    this.api.update(RESOURCE, draft);
  }
}

function labelsOf(service: Service): Record<string, string> {
  return {
    ...service.metadata.labels,
    ...(isHeadless(service) && { [HEADLESS]: '' }),
    [MANAGED_BY]: MANAGER,
    [SERVICE_NAME]: service.metadata.name,
  };
}

/** At least one slice, empty when there are no pods. */
function wantedSlices(service: Service, pods: readonly Pod[]): WantedSlice[] {
  const byPorts = new Map<string, WantedSlice>();
  for (const pod of pods) {
    const ports = portsOf(service, pod);
    if (ports.length === 0 && (service.spec.ports?.length ?? 0) > 0) continue;
    const slice = byPorts.get(JSON.stringify(ports)) ?? { ports, endpoints: [] };
    byPorts.set(JSON.stringify(ports), slice);
    slice.endpoints.push(endpointOf(service, pod));
  }
  return byPorts.size > 0 ? [...byPorts.values()] : [{ ports: [], endpoints: [] }];
}

function portsOf(service: Service, pod: Pod): SlicePorts {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPort(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function endpointOf(service: Service, pod: Pod): SliceEndpoint {
  const { metadata, spec, status } = pod;
  const serving = isPodReady(pod);
  const terminating = metadata.deletionTimestamp !== undefined;
  const ready = (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating);
  const hasHostname = spec.hostname && spec.subdomain === service.metadata.name;
  return {
    addresses: [status!.podIP!],
    conditions: { ready, serving, terminating },
    ...(hasHostname && { hostname: spec.hostname }),
    ...(spec.nodeName !== undefined && { nodeName: spec.nodeName }),
    targetRef: { kind: 'Pod', name: metadata.name, namespace: metadata.namespace!, uid: metadata.uid! },
  };
}

/** Endpoints that were there before keep their place; new ones come last. */
function inFormerOrder(former: readonly SliceEndpoint[], wanted: readonly SliceEndpoint[]): SliceEndpoint[] {
  const byUid = new Map(wanted.map((endpoint) => [endpoint.targetRef?.uid, endpoint]));
  const kept = former.flatMap(({ targetRef }) => byUid.get(targetRef?.uid) ?? []);
  return [...kept, ...wanted.filter((endpoint) => !kept.includes(endpoint))];
}

function gained(before: readonly SliceEndpoint[], after: readonly SliceEndpoint[]): boolean {
  const keyOfEndpoint = ({ targetRef, conditions }: SliceEndpoint): string => `${targetRef?.uid} ${conditions?.ready}`;
  const known = new Set(before.map(keyOfEndpoint));
  return after.some((endpoint) => !endpoint.conditions?.terminating && !known.has(keyOfEndpoint(endpoint)));
}
