import { changeTemplate } from './change-template.ts';
import type { KubeClient } from './client.ts';
import type { RolloutTarget } from './rollout-actions.ts';

/**
 * Sets the image of a container (`*` for all) of a Rollout, or of the Deployment it takes its template from. Answers what the plugin prints.
 * Models cmd/set SetImage.
 */
export async function setImage(client: KubeClient, target: RolloutTarget, container: string, image: string): Promise<string> {
  const { kind, metadata } = await changeTemplate(client, target, container, (each) => void (each.image = image));
  return `${kind.toLowerCase()} "${metadata.name}" image updated`;
}
