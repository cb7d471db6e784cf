import type { KubeObject } from '../../kube/types/meta.ts';
import { tektonCrdsJson } from './data/tekton-crds.ts';
import { expandShared } from './expand-shared.ts';

/** The CustomResourceDefinitions of Tekton Pipelines 1.6.0 that the kit models, without descriptions: Pipeline, PipelineRun, Task and TaskRun in `v1`. */
export function tektonCrds(): readonly KubeObject[] {
  return expandShared(tektonCrdsJson) as readonly KubeObject[];
}
