import type { Pod } from '../types/core.ts';
import type { KubeObject } from '../types/meta.ts';
import type { AnalysisRun, Rollout } from '../types/rollouts.ts';
import type { ReplicaSet } from '../types/workloads.ts';

/** A Rollout and what may belong to it: everything of these kinds in its namespace. */
export interface RolloutFamily {
  rollout: Rollout;
  replicaSets: ReplicaSet[];
  pods: Pod[];
  analysisRuns: AnalysisRun[];
  experiments: KubeObject[];
}
