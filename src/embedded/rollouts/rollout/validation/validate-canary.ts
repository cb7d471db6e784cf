import type { IntOrString, StatusCause } from '../../../../kube/types/meta.ts';
import type { CanaryStep, CanaryStrategy } from '../../../../kube/types/rollouts.ts';
import { invalidValue, requiredValue } from '../../../schema/field-causes.ts';
import { pauseSeconds } from '../canary/current-step.ts';
import { isTrafficRouted } from '../rollout-spec.ts';
import { checkAntiAffinity } from './validate-blue-green.ts';

const FIELD = 'spec.strategy';
const SAME_SERVICE = 'This rollout uses the same service for the stable and canary services, but two different services are required.';
const WEIGHT_NEEDS_ROUTER = 'Experiment template weight cannot be set unless TrafficRouting is enabled';
const NO_STEP = 'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause';

/** Models validation ValidateRolloutStrategyCanary, as far as it isn't about traffic routers. */
export function checkCanary(canary: CanaryStrategy): StatusCause[] {
  return [
    ...checkBounds(canary),
    ...checkServices(canary),
    ...(isTrafficRouted(canary) ? [] : checkUnrouted(canary)),
    ...(canary.steps ?? []).flatMap((step, index) => checkStep(canary, step, `${FIELD}.steps[${index}]`)),
    ...checkAntiAffinity(canary.antiAffinity),
  ];
}

function checkBounds({ maxSurge, maxUnavailable }: CanaryStrategy): StatusCause[] {
  if (amount(maxSurge) !== 0 || amount(maxUnavailable) !== 0) return [];
  return [invalidValue(`${FIELD}.maxSurge`, maxSurge, 'MaxSurge and MaxUnavailable both can not be zero')];
}

/** The number in a count or percentage; what cannot be read counts as 0. */
function amount(value: IntOrString = '25%'): number {
  return typeof value === 'number' ? value : Number(/^(\d+)%?$/.exec(value)?.[1] ?? 0);
}

function checkServices({ canaryService, stableService }: CanaryStrategy): StatusCause[] {
  const isSame = canaryService && canaryService === stableService;
  return isSame ? [invalidValue(`${FIELD}.stableService`, stableService, SAME_SERVICE)] : [];
}

function checkUnrouted(canary: CanaryStrategy): StatusCause[] {
  const { scaleDownDelaySeconds: delay } = canary;
  const isDynamic = canary['dynamicStableScale'] === true;
  return [
    ...(delay === undefined
      ? []
      : [invalidValue(`${FIELD}.scaleDownDelaySeconds`, delay, 'Canary scaleDownDelaySeconds can only be used with traffic routing')]),
    ...(isDynamic
      ? [invalidValue(`${FIELD}.dynamicStableScale`, true, 'Canary dynamicStableScale can only be used with traffic routing')]
      : []),
  ];
}

function checkStep(canary: CanaryStrategy, step: CanaryStep, field: string): StatusCause[] {
  const seconds = pauseSeconds(step) ?? 0;
  const { setWeight } = step;
  const isOutside = setWeight !== undefined && (setWeight < 0 || setWeight > 100);
  return [
    ...checkKind(step, field),
    ...(isOutside ? [invalidValue(`${field}.setWeight`, setWeight, 'SetWeight needs to be between 0 and 100')] : []),
    ...(step.pause && seconds < 0 ? [invalidValue(`${field}.pause.duration`, seconds, 'Duration needs to be greater than 0')] : []),
    ...(step.setCanaryScale && !isTrafficRouted(canary)
      ? [requiredValue(`${FIELD}.trafficRouting`, 'SetCanaryScale requires TrafficRouting to be set')]
      : []),
    ...checkRoutes(canary, step, field),
    ...checkExperiment(canary, step, field),
  ];
}

/** Without a traffic router there is nothing to give an experiment's pods a share of. */
function checkExperiment(canary: CanaryStrategy, { experiment }: CanaryStep, field: string): StatusCause[] {
  if (isTrafficRouted(canary)) return [];
  return (experiment?.templates ?? []).flatMap(({ weight }, index) =>
    weight === undefined ? [] : [invalidValue(`${field}.experiment.templates[${index}].weight`, weight, WEIGHT_NEEDS_ROUTER)],
  );
}

/** A step is of one kind. As in the real one, only four kinds are counted, and the message on none at all says of each whether it is missing. */
function checkKind(step: CanaryStep, field: string): StatusCause[] {
  const has = (name: string): boolean => step[name] !== undefined && step[name] !== null;
  const counted = ['experiment', 'pause', 'setWeight', 'analysis'].filter(has);
  const text = (names: string[], isThere: (name: string) => boolean): string =>
    names.map((name) => `step.${name.charAt(0).toUpperCase()}${name.slice(1)}: ${isThere(name)}`).join(' ');
  const isNone = !KINDS.some(has);
  return [
    ...(counted.length > 1 ? [invalidValue(field, text(['experiment', 'pause', 'setWeight', 'analysis'], has), NO_STEP)] : []),
    ...(isNone
      ? [
          invalidValue(
            field,
            text(KINDS, (name) => !has(name)),
            NO_STEP,
          ),
        ]
      : []),
  ];
}

const KINDS = ['experiment', 'pause', 'setWeight', 'analysis', 'setCanaryScale', 'setHeaderRoute', 'setMirrorRoute', 'plugin'];

function checkRoutes(canary: CanaryStrategy, step: CanaryStep, field: string): StatusCause[] {
  if (isTrafficRouted(canary)) return [];
  const { setHeaderRoute, setMirrorRoute } = step;
  return [
    ...(setHeaderRoute
      ? [
          invalidValue(
            `${field}.setHeaderRoute`,
            setHeaderRoute,
            'SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix',
          ),
        ]
      : []),
    ...(setMirrorRoute
      ? [invalidValue(`${field}.setMirrorRoute`, setMirrorRoute, 'SetMirrorRoute requires TrafficRouting, supports Istio and Plugins')]
      : []),
  ];
}
