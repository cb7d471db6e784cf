import fc from 'fast-check';
import {
  LONG_SECONDS,
  SHORT_SECONDS,
  type BlueGreenShape,
  type CanaryShape,
  type CanaryStepShape,
  type GateOutcome,
  type Program,
  type Step,
} from './program.ts';

const delay = fc.constantFrom(SHORT_SECONDS, LONG_SECONDS);
const gateOutcome = fc.constantFrom<GateOutcome>('passes', 'passes', 'fails', 'runs', 'errs');

const blueGreen: fc.Arbitrary<BlueGreenShape> = fc.record(
  {
    kind: fc.constant('blue-green' as const),
    gate: fc.constantFrom('none', 'pre', 'pre', 'post', 'both'),
    autoPromotionEnabled: fc.boolean(),
    autoPromotionSeconds: fc.constantFrom(SHORT_SECONDS, LONG_SECONDS),
    previewReplicaCount: fc.constant(1),
    scaleDownDelaySeconds: delay,
    scaleDownDelayRevisionLimit: fc.constantFrom(0, 1),
    abortScaleDownDelaySeconds: fc.constantFrom(0, SHORT_SECONDS, LONG_SECONDS),
  },
  { requiredKeys: ['kind', 'gate', 'autoPromotionEnabled', 'scaleDownDelaySeconds', 'abortScaleDownDelaySeconds'] },
);

const canaryStep = fc.oneof<fc.Arbitrary<CanaryStepShape>[]>(
  fc.record({ weight: fc.constantFrom(0, 25, 50, 75, 100) }),
  fc.record({ pauseSeconds: fc.constant(SHORT_SECONDS) }),
  fc.constant('pause' as const),
  fc.constant('gate' as const),
);

const canary: fc.Arbitrary<CanaryShape> = fc.record({
  kind: fc.constant('canary' as const),
  steps: fc.array(canaryStep, { maxLength: 4 }),
  background: fc.boolean(),
  maxSurge: fc.constantFrom(1, 2),
  maxUnavailable: fc.constantFrom(0, 1),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('release' as const),
      version: fc.constantFrom('v1', 'v2', 'v3'),
      isSound: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom('promote', 'promote', 'promote-full', 'abort', 'retry', 'undo', 'undo', 'pause', 'resume', 'wait'),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'terminate-run' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo-to' as const), revision: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('scale' as const), replicas: fc.integer({ min: 0, max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('delete-pod' as const), of: fc.constantFrom('stable' as const, 'current' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change-gate' as const), to: gateOutcome }) },
);

/** Programs that begin with a release, since little happens before one. */
export const program: fc.Arbitrary<Program> = fc
  .record(
    {
      strategy: fc.oneof({ weight: 3, arbitrary: blueGreen }, { weight: 1, arbitrary: canary }),
      replicas: fc.integer({ min: 1, max: 3 }),
      revisionHistoryLimit: fc.integer({ min: 0, max: 2 }),
      rollbackWindow: fc.integer({ min: 1, max: 2 }),
      gate: gateOutcome,
      steps: fc.array(step, { minLength: 1, maxLength: 5 }),
    },
    { requiredKeys: ['strategy', 'replicas', 'gate', 'steps'] },
  )
  .map((made) => ({ ...made, steps: [{ do: 'release', version: 'v2', isSound: true } satisfies Step, ...made.steps] }))
  .map(withoutRaces);

/**
 * Leaves out what ends one way or another on a real cluster: where the order in which two pods become ready, or two analyses end, decides
 * what the controller does in between, or whether an analysis or something else is over first: a short pause, or for one that fails at
 * once, the first change of a size.
 */
function withoutRaces(made: Program): Program {
  if (made.strategy.kind !== 'canary') return made;
  const hasRacingStep = made.strategy.steps.some((one) => one === 'gate' || (typeof one === 'object' && 'pauseSeconds' in one));
  const failsAtOnce = made.gate === 'errs' || made.steps.some((one) => one.do === 'change-gate' && one.to === 'errs');
  const isRaced = hasRacingStep || failsAtOnce;
  const sizes = made.steps.filter((one) => one.do !== 'scale');
  return { ...made, replicas: 1, steps: sizes, strategy: { ...made.strategy, background: made.strategy.background && !isRaced } };
}

/** The programs of a seed: the same ones each time. */
export function programsOf({ count, seed }: { count: number; seed: number }): Program[] {
  return fc.sample(program, { numRuns: count, seed });
}
