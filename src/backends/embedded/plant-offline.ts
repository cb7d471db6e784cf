import { ClusterError } from '../../errors.ts';
import type { ScenarioPlan } from '../backend.ts';
import type { ClusterState } from './cluster-state.ts';

/** Placeholder until the embedded cluster is merged. */
export function plantOffline({ scenario }: ScenarioPlan): Promise<ClusterState> {
  return Promise.reject(new ClusterError(`the embedded cluster is not there yet, so ${scenario} cannot be planted`));
}
