import type { LabelSelector, LabelSelectorRequirement, StatusCause } from '../../kube/types/meta.ts';
import { forbiddenValue, invalidValue, requiredValue, tooLong } from '../schema/field-causes.ts';
import { checkName } from './checks.ts';
import { labelValue, qualifiedName } from './name-problems.ts';

const MOST_ANNOTATION_BYTES = 256 * 1024;

/** Models apimachinery meta/v1/validation ValidateLabels: keys and values share the field of the whole map. */
export function checkLabels(field: string, labels: Readonly<Record<string, string>> | undefined): StatusCause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...checkName(field, key, qualifiedName),
    ...checkName(field, value, labelValue),
  ]);
}

/** Models apimachinery api/validation/objectmeta.go ValidateAnnotations. */
export function checkAnnotations(field: string, annotations: Readonly<Record<string, string>> | undefined): StatusCause[] {
  const entries = Object.entries(annotations ?? {});
  const causes = entries.flatMap(([key]) => qualifiedName(key.toLowerCase()).map((problem) => invalidValue(field, key, problem)));
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return bytes > MOST_ANNOTATION_BYTES ? [...causes, tooLong(field, MOST_ANNOTATION_BYTES)] : causes;
}

/** Models apimachinery meta/v1/validation ValidateLabelSelector. */
export function checkLabelSelector(field: string, selector: LabelSelector | null | undefined): StatusCause[] {
  if (!selector) return [];
  const requirements = (selector.matchExpressions ?? []).flatMap((requirement, index) =>
    checkRequirement(`${field}.matchExpressions[${index}]`, requirement),
  );
  return [...checkLabels(`${field}.matchLabels`, selector.matchLabels), ...requirements];
}

function checkRequirement(field: string, { key, operator, values = [] }: LabelSelectorRequirement): StatusCause[] {
  const causes: StatusCause[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) causes.push(requiredValue(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      causes.push(forbiddenValue(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else causes.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  causes.push(...checkName(`${field}.key`, key ?? '', qualifiedName));
  values.forEach((value, index) => causes.push(...checkName(`${field}.values[${index}]`, value, labelValue)));
  return causes;
}

/** Whether a selector selects anything that it would not select when left empty. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions?.length ?? 0) === 0;
}
