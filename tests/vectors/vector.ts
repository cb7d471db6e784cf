import type { World } from '../rollout-world/world.ts';

/** One statement about what Argo Rollouts does, as a program that acts on a cluster and checks what it sees. */
export interface Vector {
  /** `V4` of the reference. */
  id: string;
  title: string;
  /** Acts and expects; what happened meanwhile is compared with the recorded history afterwards. */
  run(world: World): Promise<void>;
  /** Parts of the history that differ from run to run on a real cluster too, and why. */
  varies?: { parts: readonly ('events' | 'writes' | 'analysisRuns' | 'experiments')[]; why: string };
}
