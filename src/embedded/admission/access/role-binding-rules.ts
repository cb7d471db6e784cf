import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { invalidValue, requiredValue, unsupportedValue } from '../../schema/field-causes.ts';
import { checkName, checkSupported } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain, pathSegment } from '../name-problems.ts';

const RBAC_GROUP = 'rbac.authorization.k8s.io';

interface Subject {
  kind?: string;
  apiGroup?: string;
  name?: string;
  namespace?: string;
}

interface RoleBinding extends KubeObject {
  roleRef: { apiGroup?: string; kind?: string; name?: string };
  subjects?: Subject[];
}

/** Rules for RoleBindings. Models apis/rbac/v1/defaults.go and rbac/validation. */
export const roleBindingRules: KindRules<RoleBinding> = bindingRules(['Role', 'ClusterRole'], true);

/** Rules for ClusterRoleBindings. */
export const clusterRoleBindingRules: KindRules<RoleBinding> = bindingRules(['ClusterRole'], false);

function bindingRules(roleKinds: readonly string[], isNamespaced: boolean): KindRules<RoleBinding> {
  return {
    completeDefaults({ roleRef, subjects = [] }) {
      roleRef.apiGroup ||= RBAC_GROUP;
      for (const subject of subjects) if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP;
    },
    validate: (draft, previous) => [
      ...checkMetadata(draft, previous, pathSegment),
      ...checkRoleRef(draft.roleRef, roleKinds),
      ...(draft.subjects ?? []).flatMap((subject, index) => checkSubject(`subjects[${index}]`, subject, isNamespaced)),
      ...(previous ? checkRoleRefKept(draft, previous) : []),
    ],
  };
}

function checkRoleRef({ apiGroup, kind, name }: RoleBinding['roleRef'], kinds: readonly string[]): StatusCause[] {
  return [
    ...checkSupported('roleRef.apiGroup', apiGroup ?? '', [RBAC_GROUP]),
    ...checkSupported('roleRef.kind', kind ?? '', kinds),
    ...(name ? checkName('roleRef.name', name, pathSegment) : [requiredValue('roleRef.name')]),
  ];
}

/** Why: the server quotes its internal form of the reference. */
function checkRoleRefKept({ roleRef }: RoleBinding, previous: RoleBinding): StatusCause[] {
  if (equalJson(roleRef, previous.roleRef)) return [];
  const { apiGroup: APIGroup = '', kind: Kind = '', name: Name = '' } = roleRef;
  return [invalidValue('roleRef', { APIGroup, Kind, Name }, 'cannot change roleRef')];
}

function checkSubject(field: string, { kind, apiGroup = '', name, namespace }: Subject, isNamespaced: boolean): StatusCause[] {
  const causes = name ? [] : [requiredValue(`${field}.name`)];
  const group = (expected: string) => (apiGroup === expected ? [] : [unsupportedValue(`${field}.apiGroup`, apiGroup, [expected])]);
  if (kind === 'User' || kind === 'Group') return [...causes, ...group(RBAC_GROUP)];
  if (kind !== 'ServiceAccount') return [...causes, unsupportedValue(`${field}.kind`, kind ?? '', ['ServiceAccount', 'User', 'Group'])];
  return [
    ...causes,
    ...(name ? checkName(`${field}.name`, name, dns1123Subdomain) : []),
    ...group(''),
    ...(!isNamespaced && !namespace ? [requiredValue(`${field}.namespace`)] : []),
  ];
}
