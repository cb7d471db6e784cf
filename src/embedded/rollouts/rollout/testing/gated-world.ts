import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { blueGreen, RolloutWorld } from './rollout-world.ts';

/** A gate before promotion. */
export const PRE = { prePromotionAnalysis: { templates: [{ templateName: 'gate' }] } };
/** A gate after promotion. */
export const POST = { postPromotionAnalysis: { templates: [{ templateName: 'gate' }] } };
export const ABORTED = 'RolloutAborted: Rollout aborted update to revision 2: Blue/green';

/** A world in which `shop:v1` is healthy, and the gate known. */
export async function settled(more: Record<string, unknown> = {}, spec: Partial<Rollout['spec']> = {}): Promise<RolloutWorld> {
  const w = new RolloutWorld();
  w.template('gate');
  w.deploy({ ...blueGreen(more), ...spec });
  await w.untilHealthy();
  w.forget();
  return w;
}

/** A world in which the gate of `shop:v2` has just failed. */
export async function failedGate(more: Record<string, unknown> = {}): Promise<RolloutWorld> {
  const w = await settled({ ...PRE, ...more });
  w.setImage('shop:v2');
  await w.until(() => w.runs.length === 1);
  w.finishRun('Running');
  await w.wait(2000);
  w.finishRun('Failed', { message: 'Metric "scan" assessed Failed due to failed (1) > failureLimit (0)' });
  await w.untilPhase('Degraded');
  return w;
}

/** As `failedGate`, half a minute later, when the pods of `shop:v2` are gone. */
export async function failedAndGone(): Promise<RolloutWorld> {
  const w = await failedGate();
  await w.wait(35_000);
  return w;
}

/** A world in which `shop:v2` is active, but its gate after promotion failed. */
export async function failedAfterPromotion(): Promise<RolloutWorld> {
  const w = await settled(POST);
  w.setImage('shop:v2');
  await w.until(() => w.runs.length === 1);
  w.finishRun('Running');
  await w.wait(2000);
  return w;
}
