import { ClusterError, TimeoutError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import { actOnRollout, type RolloutTarget } from '../../../kube/rollout-actions.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import type { Rollout } from '../../../kube/types/rollouts.ts';
import { cloneJson } from '../../../system/json.ts';
import { waitFor } from '../waiting.ts';
import type { LabState } from './lab-state.ts';

const POD_TEMPLATE_HASH = 'rollouts-pod-template-hash';
const BACK_MS = 4 * 60_000;

/** Brings every Rollout back to what it was: first to the release that was stable, past every gate, then to what was declared. */
export async function restoreRollouts(client: KubeClient, state: LabState, detail: (text: string) => void): Promise<void> {
  for (const before of state.objects.filter(({ kind }) => kind === 'Rollout') as Rollout[])
    await restoreRollout(client, before, state, detail);
}

async function restoreRollout(client: KubeClient, before: Rollout, state: LabState, detail: (text: string) => void): Promise<void> {
  const target: RolloutTarget = { namespace: before.metadata.namespace!, name: before.metadata.name };
  const stable = before.status?.stableRS;
  const isAtStable = stable === undefined || before.status?.currentPodHash === stable;
  const now = await client.get<Rollout>('rollouts.argoproj.io', target.namespace, target.name);
  if (now && isUnchanged(before, now)) return;
  const template = isAtStable ? before.spec.template : (templateOf(state, target.namespace, stable) ?? before.spec.template);
  await writeSpec(client, before, template);
  if (stable !== undefined)
    await waitFor({
      what: `Rollout ${target.name} to be back`,
      withinMs: BACK_MS,
      look: async () => {
        const rollout = await client.get<Rollout>('rollouts.argoproj.io', target.namespace, target.name);
        if (!rollout) return 'it is not there';
        const { status, metadata } = rollout;
        if (Number(status?.observedGeneration) !== metadata.generation) return 'the controller has not seen it yet';
        if (status?.stableRS === stable && status.phase === 'Healthy') return true;
        if (status?.phase === 'Paused' || status?.phase === 'Progressing' || status?.phase === 'Degraded') await promote(client, target);
        return `it is ${status?.phase ?? 'without a phase'}`;
      },
      detail,
    });
  if (isAtStable) return;
  await writeSpec(client, before, before.spec.template);
  if (before.status?.abort) await actOnRollout(client, target, 'abort');
}

function isUnchanged(before: Rollout, now: Rollout): boolean {
  return (
    now.metadata.generation === before.metadata.generation &&
    now.status?.stableRS === before.status?.stableRS &&
    now.status?.currentPodHash === before.status?.currentPodHash &&
    now.status?.phase === before.status?.phase
  );
}

/** The pod template that a ReplicaSet was made from. */
function templateOf({ objects }: LabState, namespace: string, hash: string | undefined): Rollout['spec']['template'] | undefined {
  const replicaSet = (objects as ReplicaSet[]).find(
    ({ kind, metadata }) => kind === 'ReplicaSet' && metadata.namespace === namespace && metadata.labels?.[POD_TEMPLATE_HASH] === hash,
  );
  if (!replicaSet) return undefined;
  const template = cloneJson(replicaSet.spec.template);
  delete template.metadata?.labels?.[POD_TEMPLATE_HASH];
  return template;
}

async function writeSpec(client: KubeClient, before: Rollout, template: Rollout['spec']['template']): Promise<void> {
  const { namespace, name, labels } = before.metadata;
  const spec = { ...cloneJson(before.spec), ...(template && { template }) };
  for (let attempt = 1; ; attempt++) {
    const current = await client.get<Rollout>('rollouts.argoproj.io', namespace, name);
    try {
      if (!current) {
        const { uid: _uid, resourceVersion: _version, ...metadata } = cloneJson(before.metadata);
        await client.create('rollouts.argoproj.io', { ...cloneJson(before), metadata, spec });
      } else await client.update('rollouts.argoproj.io', { ...current, metadata: { ...current.metadata, labels: labels ?? {} }, spec });
      return;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.reason !== 'Conflict') throw error;
      if (attempt === 20) throw new TimeoutError(`Rollout ${name} changes all the time`, { cause: error });
    }
  }
}

/** Past pauses and analyses: the release that it goes to has served before. */
async function promote(client: KubeClient, target: RolloutTarget): Promise<void> {
  await actOnRollout(client, target, 'promote-full').catch((error: unknown) => {
    if (!(error instanceof ClusterError) || (error.status ?? 500) >= 500) throw error;
  });
}
