import type { StatusCause } from '../../../../kube/types/meta.ts';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { checkNonNegative } from '../../../admission/checks.ts';
import { checkLabelSelector, isEmptySelector } from '../../../admission/label-validation.ts';
import { checkRunningTemplate, checkTemplateLabels, isUsableSelector } from '../../../admission/workloads/template-validation.ts';
import type { ApiClient } from '../../../api/client.ts';
import { invalidValue, requiredValue } from '../../../schema/field-causes.ts';
import { defaultedTemplate } from '../pod-template/same-template.ts';
import { progressDeadlineSeconds, replicasOf, revisionHistoryLimit } from '../rollout-spec.ts';
import { problemWithReferences } from './validate-references.ts';
import { checkBlueGreen } from './validate-blue-green.ts';
import { checkCanary } from './validate-canary.ts';

/**
 * The first thing that is wrong with a Rollout, or with what it names, as `path: Invalid value: …`; undefined when nothing is.
 * This happens in the controller, never when a Rollout is written. Models getRolloutValidationErrors.
 */
export function problemWith(api: ApiClient, rollout: Rollout): string | undefined {
  const [cause] = checkSpec(rollout);
  return cause ? textOf(cause) : problemWithReferences(api, rollout);
}

/** Models validation ValidateRolloutSpec. */
function checkSpec(rollout: Rollout): StatusCause[] {
  const { spec } = rollout;
  return [
    ...checkNonNegative('spec.replicas', replicasOf(rollout)),
    ...checkSelector(rollout),
    ...checkTemplate(rollout),
    ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...checkNonNegative('spec.revisionHistoryLimit', revisionHistoryLimit(rollout)),
    ...checkProgressDeadline(rollout),
    ...checkStrategy(rollout),
  ];
}

function checkSelector({ spec: { selector, workloadRef } }: Rollout): StatusCause[] {
  const field = 'spec.selector';
  if (workloadRef) return [];
  if (!selector) return [requiredValue(field, "Rollout has missing field '.spec.selector'")];
  const empty = isEmptySelector(selector) ? [invalidValue(field, selector, 'empty selector is invalid for deployment')] : [];
  return [...checkLabelSelector(field, selector), ...empty];
}

/** The template is checked as it will be once the server has filled in its defaults. */
function checkTemplate({ spec: { selector, template } }: Rollout): StatusCause[] {
  if (selector && !isUsableSelector(selector)) return [invalidValue('spec.selector', selector, 'invalid label selector')];
  const defaulted = defaultedTemplate(template!);
  return [...checkTemplateLabels('spec.template', selector, defaulted), ...checkRunningTemplate('spec.template', defaulted, 'ReplicaSet')];
}

function checkProgressDeadline(rollout: Rollout): StatusCause[] {
  const field = 'spec.progressDeadlineSeconds';
  const deadline = progressDeadlineSeconds(rollout);
  const isTooShort = deadline <= (rollout.spec.minReadySeconds ?? 0);
  return [
    ...checkNonNegative(field, deadline),
    ...(isTooShort ? [invalidValue(field, deadline, 'must be greater than minReadySeconds')] : []),
  ];
}

function checkStrategy(rollout: Rollout): StatusCause[] {
  const { blueGreen, canary } = rollout.spec.strategy ?? {};
  const field = 'spec.strategy.strategy';
  if (blueGreen && canary) return [invalidValue(field, 'blueGreen: true canary: true', 'Multiple Strategies can not be listed')];
  if (blueGreen) return checkBlueGreen(rollout, blueGreen);
  if (canary) return checkCanary(canary);
  return [requiredValue(field, "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'")];
}

function textOf({ field, message }: StatusCause): string {
  return `${field}: ${message}`;
}
