import type { RolloutFamily } from './rollout-family.ts';
import { analysisIcon, analysisRunNode, byRevisionThenAge } from './analysis-run-node.ts';
import { isOwnedBy } from './ownership.ts';
import { byRevisionThenName, replicaSetNode } from './replica-set-node.ts';
import { toned, type TreeNode } from './tree-node.ts';
import type { KubeObject } from '../types/meta.ts';

/** An Experiment with its ReplicaSets and AnalysisRuns. */
export function experimentNode(experiment: KubeObject, family: RolloutFamily, nowMs: number): TreeNode {
  const phase = (experiment['status'] as { phase?: string } | undefined)?.phase ?? '';
  const mine = <T extends KubeObject>(objects: T[]): T[] => objects.filter((object) => isOwnedBy(object, experiment));
  return {
    icon: 'Σ',
    name: toned(experiment.metadata.name, phase),
    kind: 'Experiment',
    statusIcon: analysisIcon(phase),
    status: phase,
    createdAtMs: Date.parse(experiment.metadata.creationTimestamp ?? ''),
    info: [],
    children: [
      ...mine(family.replicaSets)
        .sort(byRevisionThenName)
        .map((replicaSet) => replicaSetNode(replicaSet, family.pods, [], nowMs)),
      ...mine(family.analysisRuns).sort(byRevisionThenAge).map(analysisRunNode),
    ],
  };
}
