import type { EndpointSlice, Service } from '../../kube/types/core.ts';

/** Where a connection to a Service may end up. */
export interface Target {
  ip: string;
  port: number;
}

/** What the node's packet rules know of one Service. */
export interface ProgrammedService {
  namespace: string;
  name: string;
  /** Absent for a headless Service, and where no address was assigned. */
  clusterIP: string | undefined;
  /** Targets by the Service's port; a port without any refuses connections. */
  ports: ReadonlyMap<number, readonly Target[]>;
  /** The Service's port by the node's port that leads to it. */
  nodePorts: ReadonlyMap<number, number>;
  /** Whether pods see who it was that came in by a node port, and not the node: externalTrafficPolicy Local. */
  keepsClientAddress: boolean;
  /** Addresses that the name of a headless Service stands for. */
  addresses: readonly string[];
}

type Endpoint = EndpointSlice['endpoints'][number];

/** The rules for a Service with its EndpointSlices. Models pkg/proxy: ready endpoints, or else those that still serve while they terminate. */
export function programService(service: Service, slices: readonly EndpointSlice[]): ProgrammedService {
  const { metadata, spec } = service;
  const ports = new Map<number, readonly Target[]>();
  const nodePorts = new Map<number, number>();
  for (const { name = '', port, nodePort, protocol = 'TCP' } of spec.ports ?? []) {
    if (protocol !== 'TCP') continue;
    ports.set(port, targetsOf(name, slices));
    if (nodePort !== undefined) nodePorts.set(nodePort, port);
  }
  const clusterIP = spec.clusterIP === 'None' ? undefined : spec.clusterIP;
  const addresses = usable(slices.flatMap(({ endpoints }) => endpoints ?? [])).flatMap((endpoint) => endpoint.addresses);
  return {
    namespace: metadata.namespace!,
    name: metadata.name,
    clusterIP: clusterIP || undefined,
    ports,
    nodePorts,
    keepsClientAddress: spec['externalTrafficPolicy'] === 'Local',
    addresses: [...new Set(addresses)],
  };
}

function targetsOf(portName: string, slices: readonly EndpointSlice[]): Target[] {
  const candidates = slices.flatMap(({ endpoints, ports }) => {
    const port = ports?.find(({ name = '' }) => name === portName)?.port;
    return port === undefined ? [] : (endpoints ?? []).map((endpoint) => ({ endpoint, port }));
  });
  const chosen = new Set(usable(candidates.map(({ endpoint }) => endpoint)));
  return candidates
    .filter(({ endpoint }) => chosen.has(endpoint))
    .flatMap(({ endpoint, port }) => endpoint.addresses.map((ip) => ({ ip, port })));
}

function usable(endpoints: readonly Endpoint[]): Endpoint[] {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true);
  return ready.length > 0 ? ready : endpoints.filter(({ conditions }) => conditions?.serving && conditions.terminating);
}
