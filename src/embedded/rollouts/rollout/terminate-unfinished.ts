import { ApiError } from '../../api/api-error.ts';
import type { Undertaking } from './create-or-adopt.ts';
import type { RolloutPass } from './rollout-pass.ts';
import { isCompleted } from './status/phase.ts';

type Terminable = Undertaking & { spec: { terminate?: boolean } };

/** Asks those that are under way to end; one that is gone is fine. Models cancelAnalysisRuns and cancelExperiments. */
export function terminateUnfinished({ tools }: RolloutPass, resource: string, objects: readonly (Terminable | undefined)[]): void {
  for (const object of objects) {
    if (!object || object.spec.terminate || isCompleted(object.status?.phase)) continue;
    const { namespace, name } = object.metadata;
    try {
      tools.api.patch(resource, namespace, name, { type: 'merge', body: { spec: { terminate: true } } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
    }
  }
}
