import type { Service } from '../../../kube/types/core.ts';
import type { Store } from '../../store/store.ts';

/** Addresses of Services: 10.96.0.0/16. The lowest are left to Services that ask for a certain one, as on a real cluster. */
export const SERVICE_CIDR = '10.96.0.0/16';
const FIRST_AUTOMATIC = 257;
const LAST = 65_534;

export const NODE_PORTS = { first: 30_000, last: 32_767 };

/** The first cluster IP that no Service has. Throws when there is none, which takes more Services than a lab has. */
export function freeClusterIp(store: Store): string {
  const taken = takenClusterIps(store);
  for (let host = FIRST_AUTOMATIC; host <= LAST; host += 1) {
    const address = `10.96.${host >> 8}.${host & 255}`;
    if (!taken.has(address)) return address;
  }
  throw new Error('every cluster IP is taken');
}

/** Addresses that Services other than `except` have. */
export function takenClusterIps(store: Store, except?: Service): Set<string> {
  return new Set(otherServices(store, except).flatMap(({ spec }) => spec.clusterIPs ?? []));
}

/** The first node ports that no Service has. */
export function freeNodePort(store: Store, alsoTaken: ReadonlySet<number>): number {
  const taken = takenNodePorts(store);
  for (let port = NODE_PORTS.first; port <= NODE_PORTS.last; port += 1) if (!taken.has(port) && !alsoTaken.has(port)) return port;
  throw new Error('every node port is taken');
}

/** Node ports that Services other than `except` have. */
export function takenNodePorts(store: Store, except?: Service): Set<number> {
  return new Set(
    otherServices(store, except).flatMap(({ spec }) => (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []))),
  );
}

function otherServices(store: Store, except: Service | undefined): Service[] {
  const services = store.list('services') as Service[];
  return except ? services.filter(({ metadata }) => metadata.uid !== except.metadata.uid) : services;
}
