import { ClusterError } from '../errors.ts';
import { toSecondsTimestamp } from '../system/time.ts';
import type { KubeClient, Patch } from './client.ts';
import type { Rollout } from './types/rollouts.ts';
import { undoRollout } from './undo-rollout.ts';

export type RolloutAction = 'promote' | 'promote-full' | 'abort' | 'retry' | 'undo' | 'pause' | 'restart';

export interface RolloutTarget {
  namespace: string;
  name: string;
}

export interface ActionOptions {
  /** For `undo`: the revision to go back to, the one before the newest if absent. */
  toRevision?: number;
  /** For `restart`: milliseconds since the epoch, and how far off that is, as the plugin says it. Now if absent. */
  restart?: { atMs: number; in: string };
}

type MergeBody = Record<string, Record<string, unknown>>;

const ROLLOUTS = 'rollouts.argoproj.io';

/**
 * Does to a Rollout what `kubectl argo rollouts <action>` does, with the same requests; answers the sentence the plugin prints.
 * Models cmd/promote, cmd/abort, cmd/retry, cmd/undo, cmd/pause and cmd/restart of the plugin.
 */
export async function actOnRollout(
  client: KubeClient,
  target: RolloutTarget,
  action: RolloutAction,
  { toRevision, restart = { atMs: Date.now(), in: '0s' } }: ActionOptions = {},
): Promise<string> {
  const said = `rollout '${target.name}'`;
  switch (action) {
    case 'promote':
      await promote(client, target, promotionPatches(await readRollout(client, target)));
      return `${said} promoted`;
    case 'promote-full':
      await promote(client, target, fullPromotionPatches(await readRollout(client, target)));
      return `${said} fully promoted`;
    case 'abort':
      await patchStatus(client, target, { status: { abort: true } });
      return `${said} aborted`;
    case 'retry':
      await patchStatus(client, target, { status: { abort: false } });
      return `${said} retried`;
    case 'pause':
      await patchMain(client, target, { spec: { paused: true } });
      return `${said} paused`;
    case 'restart':
      await patchMain(client, target, { spec: { restartAt: toSecondsTimestamp(restart.atMs) } });
      return `${said} restarts in ${restart.in}`;
    case 'undo':
      return undoRollout(client, await readRollout(client, target), toRevision);
  }
}

/** The Rollout; rejects in the server's words when it is not there. */
export async function readRollout(client: KubeClient, { namespace, name }: RolloutTarget): Promise<Rollout> {
  const rollout = await client.get<Rollout>(ROLLOUTS, namespace, name);
  if (!rollout) throw new ClusterError(`rollouts.argoproj.io "${name}" not found`, { status: 404, reason: 'NotFound' });
  return rollout;
}

/** What a promotion writes: to the main resource, to its status, and, on a server without that subresource, both at once. */
interface PromotionPatches {
  spec?: MergeBody;
  status?: MergeBody;
  unified: MergeBody;
}

/** A blue/green Rollout that does not wait for anybody gets no write at all. */
function promotionPatches({ spec, status = {} }: Rollout): PromotionPatches {
  const unpause = spec.paused ? { spec: { spec: { paused: false } } } : {};
  const clearPause = { pauseConditions: null };
  const isPaused = (status.pauseConditions?.length ?? 0) > 0;
  const nextStep = nextStepIndex({ spec, status });
  if (isPaused && status.controllerPause && isStepInconclusive({ spec, status })) {
    const patch =
      nextStep === undefined ? {} : { status: { status: { ...clearPause, controllerPause: false, currentStepIndex: nextStep } } };
    return { ...unpause, ...patch, unified: { spec: { paused: false }, status: clearPause } };
  }
  if (isPaused) return { ...unpause, status: { status: clearPause }, unified: { spec: { paused: false }, status: clearPause } };
  if (nextStep === undefined) return { ...unpause, unified: { spec: { paused: false }, status: clearPause } };
  const goOn = { ...clearPause, currentStepIndex: nextStep };
  return { ...unpause, status: { status: goOn }, unified: { spec: { paused: false }, status: goOn } };
}

function fullPromotionPatches({ spec, status = {} }: Rollout): PromotionPatches {
  return {
    ...(spec.paused && { spec: { spec: { paused: false } } }),
    ...((status.currentPodHash ?? '') !== (status.stableRS ?? '') && { status: { status: { promoteFull: true } } }),
    unified: { spec: { paused: false }, status: { promoteFull: true } },
  };
}

/** The canary step after the current one; undefined without steps. */
function nextStepIndex({ spec, status }: Pick<Rollout, 'spec' | 'status'>): number | undefined {
  const steps = spec.strategy?.canary?.steps?.length ?? 0;
  const current = status?.currentStepIndex ?? 0;
  if (steps === 0) return undefined;
  return current < steps ? current + 1 : current;
}

function isStepInconclusive({ spec, status }: Pick<Rollout, 'spec' | 'status'>): boolean {
  return Boolean(spec.strategy?.canary) && status?.canary?.currentStepAnalysisRunStatus?.status === 'Inconclusive';
}

async function promote(client: KubeClient, target: RolloutTarget, { spec, status, unified }: PromotionPatches): Promise<void> {
  let main = spec;
  if (status) {
    const isPatched = await isThere(patchOf(client, target, status, 'status'));
    if (!isPatched) main = unified;
  }
  if (main) await patchMain(client, target, main);
}

/** Patches the status, or the main resource where there is no status subresource. */
async function patchStatus(client: KubeClient, target: RolloutTarget, body: MergeBody): Promise<void> {
  if (!(await isThere(patchOf(client, target, body, 'status')))) await patchMain(client, target, body);
}

async function patchMain(client: KubeClient, target: RolloutTarget, body: MergeBody): Promise<void> {
  await patchOf(client, target, body);
}

function patchOf(client: KubeClient, { namespace, name }: RolloutTarget, body: MergeBody, subresource?: string): Promise<unknown> {
  const patch: Patch = { type: 'merge', body };
  return client.patch(ROLLOUTS, namespace, name, patch, subresource === undefined ? {} : { subresource });
}

/** False when what was written to is not there; other failures stay failures. */
async function isThere(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'NotFound') return false;
    throw error;
  }
}
