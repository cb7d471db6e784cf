import { controlPlane } from '../api/caller.ts';
import type { ControlPlane } from '../controllers/control-plane.ts';
import type { Faults } from '../faults.ts';
import { ClusterNetwork } from './cluster-network.ts';
import { KubeProxy } from './kube-proxy.ts';
import { EnforcedPolicies } from './policies/enforced-policies.ts';

/** The network of a cluster, and the part of it that follows the Services and has to be started. */
export function createNetwork(plane: ControlPlane, faults: Faults): { network: ClusterNetwork; proxy: KubeProxy } {
  const proxy = new KubeProxy(plane, faults);
  const api = plane.clientFor(controlPlane('system:serviceaccount:kube-system:coredns', 'coredns'));
  const policy = new EnforcedPolicies(plane.clientFor(controlPlane('system:serviceaccount:kube-system:kindnet', 'kindnet')));
  return { network: new ClusterNetwork({ clock: plane.clock, api, proxy, faults, policy }), proxy };
}
