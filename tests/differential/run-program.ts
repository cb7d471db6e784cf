import type { Metric, Rollout } from '../../src/kube/types/rollouts.ts';
import type { History } from '../rollout-world/history.ts';
import { analysisTemplate, blueGreen, canary, gate, jobMetric, service, template } from '../rollout-world/manifests.ts';
import { rest } from '../rollout-world/rest.ts';
import type { World } from '../rollout-world/world.ts';
import type { CanaryStepShape, GateOutcome, Program, Step } from './program.ts';

/** What a program left behind: what happened, and how things were at each rest. */
export interface Observation {
  /** The first is before the first step. */
  rests: string[];
  history: History;
}

/** Carries out a program in a world; a step that is refused is part of what is observed. */
export async function runProgram(world: World, program: Program): Promise<Observation> {
  await world.create(service('active'), service('preview'), analysisTemplate([gateMetric(program.gate)]));
  await world.create(rolloutOf(program));
  await rest(world);
  const rests = [world.describe()];
  for (const step of program.steps) {
    const refusal = await carryOut(world, step).catch((error: unknown) => `refused: ${world.plain((error as Error).message)}; `);
    await rest(world);
    rests.push(`${refusal ?? ''}${world.describe()}`);
  }
  return { rests, history: world.history() };
}

function rolloutOf({ strategy, replicas, revisionHistoryLimit, rollbackWindow }: Program): Rollout {
  const limits = {
    replicas,
    ...(revisionHistoryLimit !== undefined && { revisionHistoryLimit }),
    ...(rollbackWindow !== undefined && { rollbackWindow: { revisions: rollbackWindow } }),
  };
  if (strategy.kind === 'canary') {
    const { steps, background, maxSurge, maxUnavailable } = strategy;
    const analysis = background && { analysis: gate() };
    return canary('v1', { steps: steps.map(canaryStep), maxSurge, maxUnavailable, ...analysis }, limits);
  }
  const { kind: _kind, gate: place, ...fields } = strategy;
  const gates = {
    ...((place === 'pre' || place === 'both') && { prePromotionAnalysis: gate() }),
    ...((place === 'post' || place === 'both') && { postPromotionAnalysis: gate() }),
  };
  return blueGreen('v1', { ...fields, ...gates }, limits);
}

function canaryStep(step: CanaryStepShape) {
  if (step === 'pause') return { pause: {} };
  if (step === 'gate') return { analysis: gate() };
  return 'weight' in step ? { setWeight: step.weight } : { pause: { duration: `${step.pauseSeconds}s` } };
}

const SCRIPTS: Record<GateOutcome, string> = { passes: 'sleep 1', fails: 'exit 1', runs: 'sleep 3600', errs: 'true' };

function gateMetric(outcome: GateOutcome): Metric {
  const metric = jobMetric(SCRIPTS[outcome], { consecutiveErrorLimit: 0 });
  if (outcome === 'errs') metric.provider.job!.spec.template.spec.restartPolicy = 'Always';
  return metric;
}

async function carryOut(world: World, step: Step): Promise<void> {
  switch (step.do) {
    case 'release':
      return world.change({ template: template(step.version, step.isSound ? {} : { ready: 'never' }) });
    case 'scale':
      return world.change({ replicas: step.replicas });
    case 'resume':
      return world.change({ paused: null });
    case 'change-gate':
      return world.patch('analysistemplates.argoproj.io', 'gate', { type: 'merge', body: { spec: { metrics: [gateMetric(step.to)] } } });
    case 'delete-pod':
      return deletePod(world, step.of === 'stable' ? world.stable : world.current);
    case 'terminate-run':
      return terminateRun(world);
    case 'undo-to':
      await world.act('undo', { toRevision: step.revision });
      return;
    case 'wait':
      return world.pass(1);
    default:
      await world.act(step.do);
  }
}

async function deletePod(world: World, hash: string): Promise<void> {
  const [pod] = world.podsOf(hash);
  if (pod) await world.delete('pods', pod.metadata.name);
}

async function terminateRun(world: World): Promise<void> {
  const running = [...world.runs.values()].filter(({ status }) => status?.phase === 'Running');
  for (const { metadata } of running) {
    await world.patch('analysisruns.argoproj.io', metadata.name, { type: 'merge', body: { spec: { terminate: true } } });
  }
}
