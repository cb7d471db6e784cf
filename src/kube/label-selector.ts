import type { LabelSelector } from './types/meta.ts';

/** The selector as a `labelSelector` parameter, such as `app=shop,tier in (a,b),!canary`; empty for one that selects everything. */
export function formatLabelSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    const list = `(${[...values].sort().join(',')})`;
    return { In: `${key} in ${list}`, NotIn: `${key} notin ${list}`, Exists: key, DoesNotExist: `!${key}` }[operator];
  });
  return [...labels, ...expressions].sort().join(',');
}
