import type { PodDisruptionBudget } from '../../../kube/types/core.ts';
import { invalidValue } from '../../schema/field-causes.ts';
import { checkSupported } from '../checks.ts';
import { checkAtMostAll, checkIntOrPercent } from '../int-or-percent.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkLabelSelector } from '../label-validation.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';

/** Rules for PodDisruptionBudgets. Models policy/validation. */
export const disruptionBudgetRules: KindRules<PodDisruptionBudget> = {
  requiresResourceVersion: true,
  validate(draft, previous) {
    const { minAvailable, maxUnavailable, selector } = draft.spec ?? {};
    const policy = (draft.spec as { unhealthyPodEvictionPolicy?: string } | undefined)?.unhealthyPodEvictionPolicy;
    // Why: the server quotes its internal form of the spec.
    const internal = {
      MinAvailable: minAvailable ?? null,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable ?? null,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    const hasBoth = minAvailable !== undefined && maxUnavailable !== undefined;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...(hasBoth ? [invalidValue('spec', internal, 'minAvailable and maxUnavailable cannot be both set')] : []),
      ...checkIntOrPercent('spec.minAvailable', minAvailable),
      ...checkAtMostAll('spec.minAvailable', minAvailable),
      ...checkIntOrPercent('spec.maxUnavailable', maxUnavailable),
      ...checkAtMostAll('spec.maxUnavailable', maxUnavailable),
      ...checkLabelSelector('spec.selector', selector),
      ...(policy === undefined ? [] : checkSupported('spec.unhealthyPodEvictionPolicy', policy, ['AlwaysAllow', 'IfHealthyBudget'])),
    ];
  },
};
