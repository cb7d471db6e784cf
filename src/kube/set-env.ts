import { changeTemplate } from './change-template.ts';
import type { KubeClient } from './client.ts';
import type { RolloutTarget } from './rollout-actions.ts';

/** Sets variables of a container (`*` for all) in the pod template of a Rollout, whatever they came from before, as `kubectl set env` does. */
export async function setEnv(client: KubeClient, target: RolloutTarget, container: string, env: Record<string, string>): Promise<void> {
  await changeTemplate(client, target, container, (each) => {
    const others = (each.env ?? []).filter(({ name }) => !Object.hasOwn(env, name));
    each.env = [...others, ...Object.entries(env).map(([name, value]) => ({ name, value }))];
  });
}
