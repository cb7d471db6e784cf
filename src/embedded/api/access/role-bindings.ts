import type { KubeObject } from '../../../kube/types/meta.ts';
import type { PolicyRule } from './policy-rule.ts';

export interface RoleRef {
  apiGroup: string;
  kind: string;
  name: string;
}

export interface Subject {
  kind: string;
  apiGroup?: string;
  name: string;
  namespace?: string;
}

export interface Role extends KubeObject {
  rules?: PolicyRule[];
  aggregationRule?: { clusterRoleSelectors?: { matchLabels?: Record<string, string> }[] };
}

export interface RoleBinding extends KubeObject {
  roleRef: RoleRef;
  subjects?: Subject[];
}

/** The first subject of a binding that means the user; a service account's namespace defaults to the binding's. Models rbac/validation appliesTo. */
export function subjectFor(binding: RoleBinding, user: { user: string; groups: readonly string[] }): Subject | undefined {
  return binding.subjects?.find((subject) => {
    switch (subject.kind) {
      case 'User':
        return subject.name === user.user;
      case 'Group':
        return user.groups.includes(subject.name);
      case 'ServiceAccount': {
        const namespace = subject.namespace ?? binding.metadata.namespace;
        return namespace !== undefined && namespace !== '' && user.user === `system:serviceaccount:${namespace}:${subject.name}`;
      }
      default:
        return false;
    }
  });
}

/** Which binding gives a right to whom, in the server's words. */
export function describeGrant(binding: RoleBinding, subject: Subject): string {
  const { name, namespace } = binding.metadata;
  const { roleRef } = binding;
  const holder = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? namespace ?? ''}` : subject.name;
  return namespace === undefined
    ? `ClusterRoleBinding "${name}" of ClusterRole "${roleRef.name}" to ${subject.kind} "${holder}"`
    : `RoleBinding "${name}/${namespace}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${holder}"`;
}
