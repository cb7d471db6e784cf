import type { EndpointAddress, Endpoints, EndpointSubset, Pod, Service } from '../../../kube/types/core.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import { managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { isNamespaceTerminating } from '../pod-control.ts';
import { isPodReady } from '../pod-state.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { hasManagedEndpoints, isHeadless, selectedPods, servicesTouchedBy, targetPort } from './service-pods.ts';

const RESOURCE = 'endpoints';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Keeps an Endpoints object for every Service with a selector. Models pkg/controller/endpoint. */
export class EndpointsController extends ReconcilingController {
  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('endpoint-controller'),
      primary: 'services',
      watches: { pods: (event) => servicesTouchedBy(this.api, event) },
    });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = this.api.get<Service>('services', namespace, name);
    const existing = this.api.get<Endpoints>(RESOURCE, namespace, name);
    if (!service) {
      if (existing) this.api.delete(RESOURCE, namespace, name);
      return;
    }
    if (!hasManagedEndpoints(service)) return;
    const subsets = subsetsOf(service, selectedPods(this.api, service, service.spec.publishNotReadyAddresses ?? false));
    if (existing) this.#update(service, existing, subsets);
    else this.#create(service, subsets);
  }

  #create(service: Service, subsets: EndpointSubset[]): void {
    const { namespace, name } = service.metadata;
    try {
      this.api.create<Endpoints>(RESOURCE, {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: {
          name,
          namespace: namespace!,
          labels: labelsOf(service),
          annotations: { [TRIGGER_TIME]: toSecondsTimestamp(this.clock.now()) },
        },
        ...(subsets.length > 0 && { subsets }),
      });
    } catch (error) {
      if (!(error instanceof ApiError) || !isNamespaceTerminating(error)) throw error;
    }
  }

  #update(service: Service, existing: Endpoints, subsets: EndpointSubset[]): void {
    const labels = labelsOf(service);
    if (equalJson(existing.subsets ?? [], subsets) && equalJson(existing.metadata.labels ?? {}, labels)) return;
    const draft = cloneJson(existing);
    draft.metadata.labels = labels;
    if (subsets.length > 0) draft.subsets = subsets;
    else delete draft.subsets;
    const annotations = { ...draft.metadata.annotations };
    if (gained(existing.subsets ?? [], subsets)) annotations[TRIGGER_TIME] = toSecondsTimestamp(this.clock.now());
    else delete annotations[TRIGGER_TIME];
    if (Object.keys(annotations).length > 0) draft.metadata.annotations = annotations;
    else delete draft.metadata.annotations;
    this.api.update(RESOURCE, draft);
  }
}

function labelsOf(service: Service): Record<string, string> {
  return {
    ...service.metadata.labels,
    ...(isHeadless(service) && { [HEADLESS]: '' }),
    [MANAGED_BY]: 'endpoint-controller',
  };
}

/** Whether there is an address that was not there before, or not ready. */
function gained(before: readonly EndpointSubset[], after: readonly EndpointSubset[]): boolean {
  const known = new Set(before.flatMap(addressKeys));
  return after.flatMap(addressKeys).some((key) => !known.has(key));
}

function addressKeys({ addresses = [], notReadyAddresses = [] }: EndpointSubset): string[] {
  return [...addresses.map(({ ip }) => `ready ${ip}`), ...notReadyAddresses.map(({ ip }) => ip)];
}

/** Pods grouped by the ports they answer on, as endpoints.RepackSubsets leaves them. */
function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const byPorts = new Map<string, { ports: NonNullable<EndpointSubset['ports']>; pods: Pod[] }>();
  for (const pod of pods) {
    const ports = portsOf(service, pod);
    if (ports.length === 0 && !(isHeadless(service) && !service.spec.ports?.length)) continue;
    const group = byPorts.get(JSON.stringify(ports)) ?? { ports, pods: [] };
    byPorts.set(JSON.stringify(ports), group);
    group.pods.push(pod);
  }
  return [...byPorts.keys()].sort().map((key) => subsetOf(service, byPorts.get(key)!));
}

function portsOf(service: Service, pod: Pod): NonNullable<EndpointSubset['ports']> {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPort(pod, servicePort);
    if (port === undefined) return [];
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    return [{ ...(name && { name }), port, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function subsetOf(
  service: Service,
  { ports, pods }: { ports: NonNullable<EndpointSubset['ports']>; pods: readonly Pod[] },
): EndpointSubset {
  const isReady = (pod: Pod): boolean => (service.spec.publishNotReadyAddresses ?? false) || isPodReady(pod);
  const addresses = pods.filter(isReady).map((pod) => addressOf(service, pod));
  const notReadyAddresses = pods.filter((pod) => !isReady(pod)).map((pod) => addressOf(service, pod));
  return {
    ...(addresses.length > 0 && { addresses: addresses.sort(byIp) }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses: notReadyAddresses.sort(byIp) }),
    ...(ports.length > 0 && { ports }),
  };
}

function addressOf(service: Service, { metadata, spec, status }: Pod): EndpointAddress {
  const hasHostname = spec.hostname && spec.subdomain === service.metadata.name;
  return {
    ...(hasHostname && { hostname: spec.hostname! }),
    ip: status!.podIP!,
    ...(spec.nodeName !== undefined && { nodeName: spec.nodeName }),
    targetRef: { kind: 'Pod', name: metadata.name, namespace: metadata.namespace!, uid: metadata.uid! },
  };
}

function byIp(a: EndpointAddress, b: EndpointAddress): number {
  return a.ip < b.ip ? -1 : 1;
}
