import type { PodTemplateSpec } from '../../../kube/types/core.ts';
import type { LabelSelector, StatusCause } from '../../../kube/types/meta.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-causes.ts';
import { checkLabelSelector, isEmptySelector } from '../label-validation.ts';
import { checkPodTemplate } from '../pods/pod-spec-validation.ts';

interface SelectingSpec {
  selector?: LabelSelector | null;
  template: PodTemplateSpec;
}

/** What the server's messages call a workload. */
export interface WorkloadWords {
  /** The workload whose empty selector is invalid. */
  forSelector: string;
  /** The workload that does not support a deadline. */
  forDeadline: string;
  /** Detail of the cause that a selector which cannot be used gets. */
  forUnusableSelector: string;
}

/** Checks selector and template of a workload whose pods run until they are deleted. Models apps/validation ValidateDeploymentSpec and its likes. */
export function checkSelectorAndTemplate({ selector, template }: SelectingSpec, words: WorkloadWords): StatusCause[] {
  const field = 'spec.selector';
  const usable = !selector || isUsableSelector(selector);
  return [
    ...(selector ? checkLabelSelector(field, selector) : [requiredValue(field)]),
    ...checkNotEmpty(field, selector, words.forSelector),
    ...(usable
      ? [...checkTemplateLabels('spec.template', selector, template), ...checkRunningTemplate('spec.template', template, words.forDeadline)]
      : [invalidValue(field, selector, words.forUnusableSelector)]),
  ];
}

export function checkNotEmpty(field: string, selector: LabelSelector | null | undefined, workload: string): StatusCause[] {
  const isEmpty = selector && isEmptySelector(selector);
  return isEmpty ? [invalidValue(field, selector, `empty selector is invalid for ${workload}`)] : [];
}

/** Labels of a template that its workload would not select. An empty selector selects everything, an absent one nothing. */
export function checkTemplateLabels(field: string, selector: LabelSelector | null | undefined, template: PodTemplateSpec): StatusCause[] {
  const labels = template.metadata?.labels;
  const isSelected = selector && (isEmptySelector(selector) || matchesLabelSelector(selector, labels ?? {}));
  return isSelected ? [] : [invalidValue(`${field}.metadata.labels`, labels ?? null, '`selector` does not match template `labels`')];
}

export function checkRunningTemplate(field: string, template: PodTemplateSpec, workload: string): StatusCause[] {
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  const endsByItself = restartPolicy === 'OnFailure' || restartPolicy === 'Never';
  const detail = `activeDeadlineSeconds in ${workload} is not Supported`;
  return [
    ...checkPodTemplate(field, template),
    ...(endsByItself ? [unsupportedValue(`${field}.spec.restartPolicy`, restartPolicy, ['Always'])] : []),
    ...(activeDeadlineSeconds === undefined ? [] : [forbiddenValue(`${field}.spec.activeDeadlineSeconds`, detail)]),
  ];
}

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Whether a selector can be evaluated at all. */
export function isUsableSelector({ matchExpressions = [] }: LabelSelector): boolean {
  return matchExpressions.every(({ operator, values = [] }) => {
    if (!OPERATORS.includes(operator)) return false;
    return operator === 'In' || operator === 'NotIn' ? values.length > 0 : values.length === 0;
  });
}
