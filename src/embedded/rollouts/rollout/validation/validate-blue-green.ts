import type { StatusCause } from '../../../../kube/types/meta.ts';
import type { AntiAffinity, BlueGreenStrategy, Rollout } from '../../../../kube/types/rollouts.ts';
import { invalidValue } from '../../../schema/field-causes.ts';
import { revisionHistoryLimit } from '../rollout-spec.ts';

const SAME_SERVICE = 'This rollout uses the same service for the active and preview services, but two different services are required.';
const HISTORY_TOO_SHORT = "This rollout's revision history limit can not be smaller than the rollout's scale down limit";

/** Models validation ValidateRolloutStrategyBlueGreen. */
export function checkBlueGreen(rollout: Rollout, blueGreen: BlueGreenStrategy): StatusCause[] {
  const { activeService, previewService = '', scaleDownDelayRevisionLimit: limit } = blueGreen;
  const isHistoryTooShort = limit !== undefined && revisionHistoryLimit(rollout) < limit;
  return [
    ...(activeService === previewService ? [invalidValue('spec.strategy.activeService', activeService, SAME_SERVICE)] : []),
    ...(isHistoryTooShort ? [invalidValue('spec.strategy.scaleDownDelayRevisionLimit', limit, HISTORY_TOO_SHORT)] : []),
    ...checkAntiAffinity(blueGreen.antiAffinity),
  ];
}

/** Models ValidateRolloutStrategyAntiAffinity. */
export function checkAntiAffinity(antiAffinity: AntiAffinity | undefined): StatusCause[] {
  if (!antiAffinity) return [];
  const field = 'spec.strategy.antiAffinity';
  const preferred = antiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
  const [hasPreferred, hasRequired] = [Boolean(preferred), Boolean(antiAffinity.requiredDuringSchedulingIgnoredDuringExecution)];
  const found = `antiAffinity.PreferredDuringSchedulingIgnoredDuringExecution: ${hasPreferred} antiAffinity.RequiredDuringSchedulingIgnoredDuringExecution: ${hasRequired}`;
  const isOutside = preferred && !(preferred.weight >= 1 && preferred.weight <= 100);
  return [
    ...(hasPreferred === hasRequired ? [invalidValue(field, found, 'AntiAffinity must have exactly one strategy listed')] : []),
    ...(isOutside ? [invalidValue(`${field}.weight`, preferred.weight ?? 0, 'AntiAffinity weight must be between 1-100')] : []),
  ];
}
