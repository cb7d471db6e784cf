import type { DrillRecord } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';
import { failed, passed, type Verdict } from '../verdict.ts';

/** The Rollout's declared image at the end of the drill is one of these. */
export async function judgeDeclares(
  wanted: { rollout: string; container: string; images: string[] },
  { after }: DrillRecord,
): Promise<Verdict> {
  const rollout = (await after.list('rollouts.argoproj.io')).find(({ metadata }) => metadata.name === wanted.rollout);
  const containers = readPath(rollout, 'spec.template.spec.containers');
  const container: unknown = Array.isArray(containers) ? containers.find((item) => readText(item, 'name') === wanted.container) : undefined;
  const image = readText(container, 'image');
  if (image !== undefined && wanted.images.includes(image)) return passed(`Rollout ${wanted.rollout} declares ${image}.`);
  return failed(`At the end Rollout ${wanted.rollout} declared ${image ?? 'no image'} in container ${wanted.container}.`, [
    { kind: 'object', object: `rollouts.argoproj.io ${wanted.rollout}`, text: `image ${image ?? '(none)'}` },
  ]);
}
