import type { Pod } from '../../kube/types/core.ts';
import type { Clock } from '../../system/clock.ts';
import type { ApiClient } from '../api/client.ts';
import type { EventSink } from '../controllers/event-recorder.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import type { Backoff } from './backoff.ts';
import type { ContainerLogs } from './container-logs.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import type { ImageStore } from './image-store.ts';
import type { IpPool } from './ip-pool.ts';
import type { Allocatable } from './node-resources.ts';

/** A container needed something that its sandbox does not model: what came of it says nothing about the container. */
export interface NotSimulated {
  namespace: string;
  pod: string;
  container: string;
  message: string;
}

/** What the pods of a node share. */
export interface NodeServices {
  clock: Clock;
  /** The API under the node's own identity. */
  api: ApiClient;
  events: EventSink;
  network: ClusterNetwork;
  runtime: ContainerRuntime;
  images: ImageStore;
  addresses: IpPool;
  logs: ContainerLogs;
  /** Delays of containers that end again and again. */
  crashes: Backoff;
  hostIP: string;
  allocatable: Allocatable;
  /** A token of the pod's service account. */
  tokenOf(pod: Pod): string;
  /** An image has come to the node. */
  onImage(): void;
  onCannotSimulate(report: NotSimulated): void;
}
