import type { PodTemplateSpec } from '../../../kube/types/core.ts';
import type { IntOrString, KubeObject, LabelSelector, StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { invalidValue, requiredValue, unsupportedValue } from '../../schema/field-causes.ts';
import { checkImmutable, checkNonNegative } from '../checks.ts';
import { checkAtMostAll, checkIntOrPercent, isNothing } from '../int-or-percent.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkLabelSelector } from '../label-validation.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';
import { defaultPodTemplate } from '../pods/pod-template-defaults.ts';
import { checkNotEmpty, checkRunningTemplate, checkTemplateLabels, isUsableSelector } from './template-validation.ts';

interface DaemonSet extends KubeObject {
  spec: {
    selector?: LabelSelector | null;
    template: PodTemplateSpec;
    updateStrategy?: { type?: string; rollingUpdate?: { maxUnavailable?: IntOrString; maxSurge?: IntOrString } };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
  };
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Rules for DaemonSets. Models apis/apps/v1/defaults.go, apps/validation and registry/apps/daemonset. */
export const daemonSetRules: KindRules<DaemonSet> = {
  completeDefaults({ spec }) {
    const strategy = (spec.updateStrategy ??= {});
    strategy.type ||= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') strategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...strategy.rollingUpdate };
    spec.revisionHistoryLimit ??= 10;
    defaultPodTemplate(spec.template);
  },
  prepareForCreate(draft) {
    draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: '1' };
  },
  prepareForUpdate(draft, previous) {
    const before = Number(previous.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
    const generation = equalJson(draft.spec.template, previous.spec.template) ? before : before + 1;
    draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
  },
  validate(draft, previous) {
    const { spec } = draft;
    const isUsable = !spec.selector || isUsableSelector(spec.selector);
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...checkLabelSelector('spec.selector', spec.selector),
      ...(isUsable ? checkTemplateLabels('spec.template', spec.selector, spec.template) : []),
      ...checkNotEmpty('spec.selector', spec.selector, 'daemonset'),
      ...checkRunningTemplate('spec.template', spec.template, 'DaemonSet'),
      ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
      ...checkStrategy(spec.updateStrategy ?? {}),
      ...checkNonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
      ...(previous ? checkImmutable('spec.selector', !equalJson(spec.selector, previous.spec.selector), spec.selector) : []),
    ];
  },
};

function checkStrategy({ type, rollingUpdate }: NonNullable<DaemonSet['spec']['updateStrategy']>): StatusCause[] {
  const field = 'spec.updateStrategy';
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    return [unsupportedValue(field, { Type: type, RollingUpdate: rollingUpdate ?? null }, ['RollingUpdate', 'OnDelete'])];
  }
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
  const moves = [maxUnavailable, maxSurge].filter((value) => !isNothing(value)).length;
  return [
    ...checkIntOrPercent(`${field}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...checkIntOrPercent(`${field}.rollingUpdate.maxSurge`, maxSurge),
    ...checkAtMostAll(`${field}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...checkAtMostAll(`${field}.rollingUpdate.maxSurge`, maxSurge),
    ...(moves === 2 ? [invalidValue(`${field}.rollingUpdate.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')] : []),
    ...(moves === 0 ? [requiredValue(`${field}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0')] : []),
  ];
}
