import type { ControlPlane, Controller } from '../controllers/control-plane.ts';
import type { ImageCatalog } from '../programs/image.ts';
import { PipelineRunController } from './pipeline-run/pipeline-run-controller.ts';
import { TaskRunController } from './task-run/task-run-controller.ts';

/** The controllers of Tekton Pipelines, in the order in which they hear of changes. Where its kinds are not installed they have nothing to do. */
export function tektonControllers(plane: ControlPlane, { images }: { images: ImageCatalog }): Controller[] {
  return [new PipelineRunController(plane), new TaskRunController(plane, { images })];
}
