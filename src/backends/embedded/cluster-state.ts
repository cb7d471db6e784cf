import type { KubeObject } from '../../kube/types/meta.ts';

/** Everything a cluster consists of at one moment, as it travels from the process that planted it to the one that goes on with it. */
export interface ClusterState {
  /** Milliseconds since the epoch: where its clock stands. */
  nowMs: number;
  revision: number;
  objects: KubeObject[];
}
