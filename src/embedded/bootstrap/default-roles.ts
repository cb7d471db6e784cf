import type { KubeObject } from '../../kube/types/meta.ts';
import { aggregatedRules } from '../api/access/cluster-role-aggregation.ts';
import type { Role } from '../api/access/role-bindings.ts';
import defaults from './default-rbac.json' with { type: 'json' };

const API_VERSION = 'rbac.authorization.k8s.io/v1';

/** The ClusterRoles and ClusterRoleBindings that users meet, as a cluster with Argo Rollouts 1.10.1 has them. */
export function defaultRoles(): KubeObject[] {
  const declared = defaults.clusterRoles.map((role) => ({ apiVersion: API_VERSION, kind: 'ClusterRole', ...role }) as unknown as Role);
  const bindings = defaults.clusterRoleBindings.map((binding) => ({ apiVersion: API_VERSION, kind: 'ClusterRoleBinding', ...binding }));
  return [...aggregateInTurn(declared), ...bindings] as KubeObject[];
}

/** Fills in aggregated rules; a role that another one gathers comes first: view, then edit, then admin. */
function aggregateInTurn(declared: readonly Role[]): Role[] {
  let roles = [...declared];
  for (const name of ['view', 'edit', 'admin']) {
    roles = roles.map((role) => (role.metadata.name === name ? { ...role, rules: aggregatedRules(role, roles) } : role));
  }
  return roles;
}
