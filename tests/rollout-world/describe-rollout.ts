import type { Rollout, RolloutSpec, RolloutStatus } from '../../src/kube/types/rollouts.ts';
import { equalJson } from '../../src/system/json.ts';
import { withoutPullError } from './names.ts';

const REVISION = 'rollout.argoproj.io/revision';

/** What of a status a history tells; counts are left out, since pods come up in any order. */
const FIELDS: Record<string, (status: RolloutStatus) => string | number | boolean | undefined> = {
  phase: ({ phase, message }) => (phase === undefined ? undefined : message ? `${phase} (${message})` : phase),
  current: ({ currentPodHash }) => currentPodHash,
  stable: ({ stableRS }) => stableRS,
  preview: ({ blueGreen }) => blueGreen?.previewSelector,
  active: ({ blueGreen }) => blueGreen?.activeSelector,
  checkpoint: ({ blueGreen }) => blueGreen?.scaleUpPreviewCheckPoint,
  pre: ({ blueGreen }) => runOf(blueGreen?.prePromotionAnalysisRunStatus),
  post: ({ blueGreen }) => runOf(blueGreen?.postPromotionAnalysisRunStatus),
  step: ({ currentStepIndex }) => currentStepIndex,
  stepRun: ({ canary }) => runOf(canary?.currentStepAnalysisRunStatus),
  backgroundRun: ({ canary }) => runOf(canary?.currentBackgroundAnalysisRunStatus),
  experiment: ({ canary }) => canary?.currentExperiment,
  pause: ({ pauseConditions }) => pauseConditions?.map(({ reason }) => reason).join(','),
  controllerPause: ({ controllerPause }) => controllerPause,
  abort: ({ abort }) => abort,
  abortedAt: ({ abortedAt }) => (abortedAt ? 'set' : undefined),
  promoteFull: ({ promoteFull }) => promoteFull,
  collisions: ({ collisionCount }) => collisionCount,
  restarted: ({ restartedAt }) => (restartedAt ? 'set' : undefined),
};

/** What a version of a Rollout changed, one line for what was asked and one for what the controller says. */
export function describeRollout(previous: Rollout | undefined, rollout: Rollout): string[] {
  const lines: string[] = [];
  const before = previous?.spec;
  const { spec } = rollout;
  if (!previous) lines.push('Rollout created');
  else if (!equalJson(before?.template, spec.template))
    lines.push(`Rollout template ${isCompleted(before, spec) ? 'completed' : 'changed'}`);
  if (previous && before?.replicas !== spec.replicas) lines.push(`Rollout replicas ${spec.replicas}`);
  if (previous && before?.paused !== spec.paused) lines.push(`Rollout paused ${String(spec.paused)}`);
  const revision = rollout.metadata.annotations?.[REVISION];
  if (revision !== previous?.metadata.annotations?.[REVISION]) lines.push(`Rollout revision ${revision ?? 'removed'}`);
  const status = [
    ...describeFields(previous?.status ?? {}, rollout.status ?? {}),
    ...describeConditions(previous?.status ?? {}, rollout.status ?? {}),
  ];
  if (status.length > 0) lines.push(`status ${status.join(', ')}`);
  return lines;
}

/** The controller's first update of a template writes `resources: {}` into containers that have none. */
function isCompleted(before: RolloutSpec | undefined, after: RolloutSpec): boolean {
  const completed = (spec: RolloutSpec | undefined): unknown =>
    JSON.parse(JSON.stringify(spec?.template ?? null).replaceAll(/,"resources":\{\}|"resources":\{\},/g, ''));
  return equalJson(completed(before), completed(after));
}

function describeFields(before: RolloutStatus, after: RolloutStatus): string[] {
  return Object.entries(FIELDS).flatMap(([name, read]) => {
    const [old, now] = [read(before) ?? '', read(after) ?? ''];
    return old === now ? [] : [`${name}=${now}`];
  });
}

/** Conditions that came, went or changed; those that only moved are left out. */
function describeConditions(before: RolloutStatus, after: RolloutStatus): string[] {
  const said = (status: RolloutStatus): Map<string, string> =>
    new Map((status.conditions ?? []).map(({ type, status: value, reason }) => [type, `${value}/${reason ?? ''}`]));
  const [old, now] = [said(before), said(after)];
  const types = [...new Set([...old.keys(), ...now.keys()])].sort();
  return types.flatMap((type) => (old.get(type) === now.get(type) ? [] : [`${type}:${now.get(type) ?? 'gone'}`]));
}

/** Why without a phase until it is decided: when a run is seen to begin is between two controllers, and its own history tells it. */
function runOf(run: { name: string; status?: string; message?: string } | undefined): string | undefined {
  return run && `${run.name}${isDecided(run.status) ? ` ${run.status}` : ''}${run.message ? ` (${withoutPullError(run.message)})` : ''}`;
}

function isDecided(phase = ''): boolean {
  return !['', 'Pending', 'Running'].includes(phase);
}
