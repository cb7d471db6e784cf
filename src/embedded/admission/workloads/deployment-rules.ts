import type { Deployment } from '../../../kube/types/workloads.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-causes.ts';
import { checkImmutable, checkNonNegative } from '../checks.ts';
import { checkAtMostAll, checkIntOrPercent, isNothing } from '../int-or-percent.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';
import { defaultPodTemplate } from '../pods/pod-template-defaults.ts';
import { checkSelectorAndTemplate } from './template-validation.ts';

const WORDS = { forSelector: 'deployment', forDeadline: 'ReplicaSet', forUnusableSelector: 'invalid label selector' };

/** Rules for Deployments. Models apis/apps/v1/defaults.go, apps/validation and registry/apps/deployment. */
export const deploymentRules: KindRules<Deployment> = {
  completeDefaults({ spec }) {
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    const strategy = (spec.strategy ??= {});
    strategy.type ||= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate };
    defaultPodTemplate(spec.template);
  },
  validate(draft, previous) {
    const { spec } = draft;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...checkNonNegative('spec.replicas', spec.replicas),
      ...checkSelectorAndTemplate(spec, WORDS),
      ...checkStrategy(spec.strategy ?? {}),
      ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
      ...checkNonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
      ...checkProgressDeadline(spec),
      ...(previous ? checkImmutable('spec.selector', !equalJson(spec.selector, previous.spec.selector), spec.selector) : []),
    ];
  },
};

function checkStrategy({ type, rollingUpdate }: NonNullable<Deployment['spec']['strategy']>): StatusCause[] {
  const field = 'spec.strategy';
  if (type === 'Recreate') {
    return rollingUpdate ? [forbiddenValue(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")] : [];
  }
  if (type !== 'RollingUpdate') {
    return [unsupportedValue(field, { Type: type, RollingUpdate: rollingUpdate ?? null }, ['Recreate', 'RollingUpdate'])];
  }
  if (!rollingUpdate) return [requiredValue(`${field}.rollingUpdate`, 'this should be defaulted and never be nil')];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  const cannotMove = isNothing(maxSurge) && isNothing(maxUnavailable);
  return [
    ...checkIntOrPercent(`${field}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...checkIntOrPercent(`${field}.rollingUpdate.maxSurge`, maxSurge),
    ...(cannotMove ? [invalidValue(`${field}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...checkAtMostAll(`${field}.rollingUpdate.maxUnavailable`, maxUnavailable),
  ];
}

function checkProgressDeadline({ progressDeadlineSeconds: deadline, minReadySeconds = 0 }: Deployment['spec']): StatusCause[] {
  if (deadline === undefined) return [];
  const field = 'spec.progressDeadlineSeconds';
  const tooShort = deadline <= minReadySeconds ? [invalidValue(field, deadline, 'must be greater than minReadySeconds')] : [];
  return [...checkNonNegative(field, deadline), ...tooShort];
}
