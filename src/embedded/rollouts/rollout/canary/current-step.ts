import type { CanaryStep, Rollout } from '../../../../kube/types/rollouts.ts';
import { canaryOf } from '../rollout-spec.ts';

/** The step that a canary is at, and its index; no step once all are done, no index without any. Models replicaset GetCurrentCanaryStep. */
export function currentStep(rollout: Rollout): { step?: CanaryStep; index?: number } {
  const steps = canaryOf(rollout)?.steps ?? [];
  if (steps.length === 0) return {};
  const index = rollout.status?.currentStepIndex ?? 0;
  const step = steps[index];
  return step ? { step, index } : { index };
}

/** The share of traffic, in percent, that the steps up to now ask for. Models GetCurrentSetWeight. */
export function currentWeight(rollout: Rollout): number {
  if (rollout.status?.abort) return 0;
  const { step, index = 0 } = currentStep(rollout);
  if (!step) return 100;
  const weights = canaryOf(rollout)!
    .steps!.slice(0, index + 1)
    .map(({ setWeight }) => setWeight);
  return weights.findLast((weight) => weight !== undefined) ?? 0;
}

/** Seconds that a pause lasts; undefined when it waits for somebody, -1 for a duration that cannot be read. */
export function pauseSeconds({ pause }: CanaryStep): number | undefined {
  const duration = pause?.duration;
  if (duration === undefined || typeof duration === 'number') return duration;
  if (/^[+-]?\d+$/.test(duration)) return Number(duration);
  return goDurationSeconds(duration) ?? -1;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Whole seconds of a duration such as `1h30m`; undefined for other texts. Models Go's time.ParseDuration. */
function goDurationSeconds(text: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text)!;
  if (rest === '0') return 0;
  if (!/^(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$/.test(rest)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of rest.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) seconds += Number(amount) * UNIT_SECONDS[unit!]!;
  return Math.trunc(sign === '-' ? -seconds : seconds);
}

/** A step as events name it. Models CanaryStepString. */
export function stepName({ setWeight, pause, experiment, analysis }: CanaryStep): string {
  if (setWeight !== undefined) return `setWeight: ${setWeight}`;
  if (pause) return pause.duration === undefined ? 'pause' : `pause: ${pause.duration}`;
  if (experiment) return 'experiment';
  return analysis ? 'analysis' : 'invalid';
}
