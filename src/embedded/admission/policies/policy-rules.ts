import type { StatusCause } from '../../../kube/types/meta.ts';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName, checkSupported } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';
import { expressionProblem } from './policy-expression.ts';
import type { AdmissionPolicy, AdmissionPolicyBinding, MatchResources, ResourceRule } from './policy.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** Rules for ValidatingAdmissionPolicies. Models apis/admissionregistration/v1/defaults.go and admissionregistration/validation. */
export const policyRules: KindRules<AdmissionPolicy> = {
  completeDefaults({ spec }) {
    spec.failurePolicy ||= 'Fail';
    fillMatchResources(spec.matchConstraints);
  },
  validate: (draft, previous) => [
    ...checkMetadata(draft, previous, dns1123Subdomain),
    ...checkSupported('spec.failurePolicy', draft.spec.failurePolicy, ['Fail', 'Ignore']),
    ...checkParameters(draft),
    ...checkConstraints(draft.spec.matchConstraints),
    ...checkExpressions(draft),
  ],
};

/** Rules for ValidatingAdmissionPolicyBindings. */
export const policyBindingRules: KindRules<AdmissionPolicyBinding> = {
  completeDefaults({ spec }) {
    fillMatchResources(spec.matchResources);
  },
  validate: (draft, previous) => [
    ...checkMetadata(draft, previous, dns1123Subdomain),
    ...(draft.spec.policyName ? checkName('spec.policyName', draft.spec.policyName, dns1123Subdomain) : [requiredValue('spec.policyName')]),
    ...checkResourceRules('spec.matchResources', draft.spec.matchResources),
    ...checkActions(draft.spec.validationActions ?? []),
  ],
};

function fillMatchResources(match: MatchResources | undefined): void {
  if (!match) return;
  match.matchPolicy ||= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ||= '*';
}

/** Why: nothing here looks parameters up, and a policy that silently never held would be worse than none. */
function checkParameters({ spec }: AdmissionPolicy): StatusCause[] {
  return spec.paramKind
    ? [forbiddenValue('spec.paramKind', 'this cluster does not know parameters of policies; say it in the expressions')]
    : [];
}

function checkConstraints(match: MatchResources | undefined): StatusCause[] {
  const field = 'spec.matchConstraints';
  if (!match) return [requiredValue(field)];
  const rules = checkResourceRules(field, match);
  return match.resourceRules?.length ? rules : [...rules, requiredValue(`${field}.resourceRules`)];
}

function checkResourceRules(field: string, match: MatchResources | undefined): StatusCause[] {
  if (!match) return [];
  const lists = [
    ['resourceRules', match.resourceRules ?? []],
    ['excludeResourceRules', match.excludeResourceRules ?? []],
  ] as const;
  return lists.flatMap(([name, rules]) => rules.flatMap((rule, index) => checkResourceRule(`${field}.${name}[${index}]`, rule)));
}

function checkResourceRule(field: string, rule: ResourceRule): StatusCause[] {
  const required = (['operations', 'apiGroups', 'apiVersions', 'resources'] as const).filter((name) => !rule[name]?.length);
  return [
    ...required.map((name) => requiredValue(`${field}.${name}`)),
    ...(rule.operations ?? []).flatMap((operation, index) => checkSupported(`${field}.operations[${index}]`, operation, OPERATIONS)),
  ];
}

function checkExpressions({ spec }: AdmissionPolicy): StatusCause[] {
  const { matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec;
  const NONE = 'validations or auditAnnotations must contain at least one item';
  const hasNone = validations.length + auditAnnotations.length === 0;
  return [
    ...matchConditions.flatMap(({ expression }, index) =>
      checkExpression(`spec.matchConditions[${index}].expression`, expression, 'condition'),
    ),
    ...variables.flatMap(({ expression }, index) => checkExpression(`spec.variables[${index}].expression`, expression, 'value')),
    ...(hasNone ? [requiredValue('spec.validations', NONE), requiredValue('spec.auditAnnotations', NONE)] : []),
    ...validations.flatMap(({ expression, messageExpression }, index) => [
      ...checkExpression(`spec.validations[${index}].expression`, expression, 'condition'),
      ...(messageExpression ? checkExpression(`spec.validations[${index}].messageExpression`, messageExpression, 'text') : []),
    ]),
  ];
}

function checkExpression(field: string, expression: string, kind: Parameters<typeof expressionProblem>[1]): StatusCause[] {
  if (!expression?.trim()) return [requiredValue(field, 'expression is not specified')];
  const problem = expressionProblem(expression, kind);
  return problem === undefined ? [] : [invalidValue(field, expression, problem)];
}

function checkActions(actions: readonly string[]): StatusCause[] {
  const field = 'spec.validationActions';
  if (actions.length === 0) return [requiredValue(field, 'at least one validation action is required')];
  const supported = actions.flatMap((action, index) => checkSupported(`${field}[${index}]`, action, ['Audit', 'Deny', 'Warn']));
  const isBoth = actions.includes('Deny') && actions.includes('Warn');
  return isBoth
    ? [
        ...supported,
        invalidValue(
          field,
          actions,
          'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
        ),
      ]
    : supported;
}
