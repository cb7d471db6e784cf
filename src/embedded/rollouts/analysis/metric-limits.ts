import type { IntOrString } from '../../../kube/types/meta.ts';
import type { Metric } from '../../../kube/types/rollouts.ts';

/** The number in a limit: 0 when it is absent or no number. Models util/intstr IntValue. */
export function intValue(limit: IntOrString | undefined): number {
  if (typeof limit === 'number') return limit;
  return limit !== undefined && /^[+-]?\d+$/.test(limit) ? Number(limit) : 0;
}

/** How many measurements a metric takes: those it asks for, one without an interval, and otherwise no end of them. */
export function effectiveCount({ count, interval = '' }: Pick<Metric, 'count' | 'interval'>): number | undefined {
  if (intValue(count) !== 0) return intValue(count);
  return interval === '' ? 1 : undefined;
}
