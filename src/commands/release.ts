import { UsageError } from '../errors.ts';
import { setImage } from '../kube/set-image.ts';
import type { CommandContext } from './context.ts';
import { withLab } from './open-lab.ts';

/** `lab release`: does what a pipeline does at the end: sets the image of the Rollout. */
export async function release(context: CommandContext, version: string): Promise<number> {
  if (!/^\w[\w.-]{0,127}$/.test(version))
    throw new UsageError(`"${version}" cannot be a release`, { hint: 'A release is a tag of the image, such as 1.3.' });
  return context.alone(() =>
    withLab(context, async ({ session, cluster }) => {
      const { namespace, production } = session.scenario;
      const target = { namespace, name: production.rollout };
      context.io.line(await setImage(cluster.client, target, production.container, `${production.image}:${version}`));
      return 0;
    }),
  );
}
