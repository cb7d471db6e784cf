import { ClusterError } from '../../errors.ts';
import type { KubeClient } from '../client.ts';
import type { RolloutFamily } from './rollout-family.ts';
import type { Pod } from '../types/core.ts';
import type { AnalysisRun, Rollout } from '../types/rollouts.ts';
import type { ReplicaSet } from '../types/workloads.ts';

/** The kinds that a Rollout and what belongs to it are made of. */
export const FAMILY_RESOURCES = [
  'rollouts.argoproj.io',
  'replicasets.apps',
  'pods',
  'analysisruns.argoproj.io',
  'experiments.argoproj.io',
] as const;

/** A Rollout and everything in its namespace that may belong to it. Rejects with 404 when there is no such Rollout. */
export async function readRolloutFamily(client: KubeClient, namespace: string, name: string): Promise<RolloutFamily> {
  const [rollout, replicaSets, pods, analysisRuns, experiments] = await Promise.all([
    client.get<Rollout>('rollouts.argoproj.io', namespace, name),
    client.list<ReplicaSet>('replicasets.apps', { namespace }),
    client.list<Pod>('pods', { namespace }),
    client.list<AnalysisRun>('analysisruns.argoproj.io', { namespace }),
    client.list('experiments.argoproj.io', { namespace }),
  ]);
  if (!rollout) throw rolloutNotFound(name);
  return {
    rollout,
    replicaSets: replicaSets.items,
    pods: pods.items,
    analysisRuns: analysisRuns.items,
    experiments: experiments.items,
  };
}

/** In the words of the plugin's cache, which differ from the server's by an `s`. */
export function rolloutNotFound(name: string): ClusterError {
  return new ClusterError(`rollout.argoproj.io "${name}" not found`, { status: 404, reason: 'NotFound' });
}
