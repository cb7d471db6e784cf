import type { NetworkOrigin } from './http.ts';

/** Where requests come from that no pod makes: the node's end of the pods' network, the Argo Rollouts controller's pod, the world outside. */
const ADDRESSES: Readonly<Record<Exclude<NetworkOrigin['kind'], 'pod'>, string>> = {
  kubelet: '10.244.0.1',
  controller: '10.244.0.2',
  client: '172.18.0.1',
};

/** The address that the other end sees. */
export function addressOf(from: NetworkOrigin): string {
  return from.kind === 'pod' ? from.ip : ADDRESSES[from.kind];
}
