import type { KubeObject, LabelSelector, StatusCause } from '../../../kube/types/meta.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkLabelSelector } from '../label-validation.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { pathSegment } from '../name-problems.ts';

interface PolicyRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  nonResourceURLs?: string[];
}

interface Role extends KubeObject {
  rules?: PolicyRule[] | null;
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
}

/** Rules for Roles. Models rbac/validation ValidateRole; whether the writer may grant what it grants is the authorizer's business. */
export const roleRules: KindRules<Role> = {
  validate: (draft, previous) => [...checkMetadata(draft, previous, pathSegment), ...checkRules(draft, true)],
};

/** Rules for ClusterRoles. Models rbac/validation ValidateClusterRole. */
export const clusterRoleRules: KindRules<Role> = {
  validate(draft, previous) {
    const { aggregationRule } = draft;
    const selectors = aggregationRule?.clusterRoleSelectors ?? [];
    const field = 'aggregationRule.clusterRoleSelectors';
    return [
      ...checkMetadata(draft, previous, pathSegment),
      ...checkRules(draft, false),
      ...(aggregationRule && selectors.length === 0
        ? [requiredValue(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
        : []),
      ...selectors.flatMap((selector, index) => checkLabelSelector(`${field}[${index}]`, selector)),
    ];
  },
};

function checkRules({ rules }: Role, isNamespaced: boolean): StatusCause[] {
  return (rules ?? []).flatMap((rule, index) => checkRule(`rules[${index}]`, rule, isNamespaced));
}

function checkRule(
  field: string,
  { verbs = [], apiGroups = [], resources = [], nonResourceURLs: urls = [] }: PolicyRule,
  isNamespaced: boolean,
): StatusCause[] {
  const causes = verbs.length === 0 ? [requiredValue(`${field}.verbs`, 'verbs must contain at least one value')] : [];
  if (urls.length > 0) {
    const both = apiGroups.length > 0 || resources.length > 0;
    if (isNamespaced) causes.push(invalidValue(`${field}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'));
    if (both)
      causes.push(invalidValue(`${field}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
    return causes;
  }
  if (apiGroups.length === 0) causes.push(requiredValue(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0) causes.push(requiredValue(`${field}.resources`, 'resource rules must supply at least one resource'));
  return causes;
}
