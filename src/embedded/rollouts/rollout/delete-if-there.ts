import type { KubeObject } from '../../../kube/types/meta.ts';
import { ApiError } from '../../api/api-error.ts';
import type { RolloutPass } from './rollout-pass.ts';

/** Deletes an object of the Rollout's namespace; one that is gone already is fine. */
export function deleteIfThere({ tools }: RolloutPass, resource: string, { metadata }: KubeObject): void {
  try {
    tools.api.delete(resource, metadata.namespace, metadata.name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
  }
}
