import type { KubeObject } from '../../kube/types/meta.ts';
import { argoRolloutsCrdsJson } from './data/argo-rollouts-crds.ts';
import { expandShared } from './expand-shared.ts';

/** The CustomResourceDefinitions of Argo Rollouts 1.10.1, without descriptions: Rollout, AnalysisRun, AnalysisTemplate, ClusterAnalysisTemplate and Experiment. */
export function argoRolloutsCrds(): readonly KubeObject[] {
  return expandShared(argoRolloutsCrdsJson) as readonly KubeObject[];
}
