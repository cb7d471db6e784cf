import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { equalJson } from '../../../system/json.ts';
import { checkImmutable, checkNonNegative } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';
import { defaultPodTemplate } from '../pods/pod-template-defaults.ts';
import { checkSelectorAndTemplate } from './template-validation.ts';

const WORDS = { forSelector: 'deployment', forDeadline: 'ReplicaSet', forUnusableSelector: 'invalid label selector' };

/** Rules for ReplicaSets. Models apis/apps/v1/defaults.go, apps/validation and registry/apps/replicaset. */
export const replicaSetRules: KindRules<ReplicaSet> = {
  completeDefaults({ spec }) {
    spec.replicas ??= 1;
    defaultPodTemplate(spec.template);
  },
  validate(draft, previous) {
    const { spec } = draft;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...checkNonNegative('spec.replicas', spec.replicas),
      ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
      ...checkSelectorAndTemplate(spec, WORDS),
      ...(previous ? checkImmutable('spec.selector', !equalJson(spec.selector, previous.spec.selector), spec.selector) : []),
    ];
  },
};
