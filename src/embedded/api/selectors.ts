import type { LabelSelector, LabelSelectorRequirement } from '../../kube/types/meta.ts';
import { parseLabelRequirements } from './label-selector-query.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelPredicate = (labels: Labels) => boolean;

/** Whether labels satisfy a selector of an object's spec; an absent or empty selector matches everything. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return true;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return matchesLabels(matchLabels, labels) && matchExpressions.every((requirement) => meets(requirement, labels));
}

/** Whether every wanted label is there with the wanted value. */
export function matchesLabels(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** A selector in its string form, as status.selector and `/scale` carry it: sorted keys, `a=b,c in (d,e),!f`. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const equalities = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`] as const);
  const others = (selector?.matchExpressions ?? []).map((requirement) => [requirement.key, formatRequirement(requirement)] as const);
  return [...equalities, ...others]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

function formatRequirement({ key, operator, values = [] }: LabelSelectorRequirement): string {
  switch (operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'In':
      return `${key} in (${[...values].sort().join(',')})`;
    case 'NotIn':
      return `${key} notin (${[...values].sort().join(',')})`;
  }
}

function meets({ key, operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
}

/** Reads a `labelSelector` query such as `a=b,c!=d,e in (f,g),h,!i`; throws 400 for what cannot be read. */
export function parseLabelSelector(text: string): LabelPredicate {
  const requirements = parseLabelRequirements(text);
  return (labels) => requirements.every((requirement) => requirement(labels));
}
