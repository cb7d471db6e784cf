import type { ControlPlane, Controller } from '../controllers/control-plane.ts';
import { RolloutController } from './rollout/rollout-controller.ts';

/** The controllers of Argo Rollouts, in the order in which they hear of changes. */
export function rolloutsControllers(plane: ControlPlane): Controller[] {
  return [new RolloutController(plane)];
}
