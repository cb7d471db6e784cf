import type { ControlPlane, Controller } from '../controllers/control-plane.ts';
import type { VirtualNetwork } from '../network/http.ts';
import { AnalysisRunController } from './analysis/analysis-run-controller.ts';
import { ExperimentController } from './experiment/experiment-controller.ts';
import { RolloutController } from './rollout/rollout-controller.ts';

/** The controllers of Argo Rollouts, in the order in which they hear of changes. */
export function rolloutsControllers(plane: ControlPlane, { network }: { network: VirtualNetwork }): Controller[] {
  return [new RolloutController(plane), new ExperimentController(plane), new AnalysisRunController(plane, { network })];
}
