import type { KubeClient } from '../../src/kube/client.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';

/** A change of an object of the cluster. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** GroupResource. */
  resource: string;
  object: KubeObject;
}

/** What programs that act on Rollouts are run on: a real cluster in real time, or the embedded one on a stepped clock. */
export interface FollowedCluster {
  readonly client: KubeClient;
  /** Whether its time costs nothing. */
  readonly isStepped: boolean;
  /** Milliseconds since the epoch, of the cluster. */
  now(): number;
  /** Tells every change in a namespace from here on, in the order of the writes to one object; answers how to stop. */
  follow(namespace: string, onChange: (change: Change) => void): Promise<() => void>;
  /** Waits until `holds` answers true, asking after each change; answers false when it did not within the time. */
  waitUntil(holds: () => boolean, withinMs: number): Promise<boolean>;
  /** Lets time pass. */
  pass(delayMs: number): Promise<void>;
}

/** What is followed. */
export const FOLLOWED = [
  'rollouts.argoproj.io',
  'analysisruns.argoproj.io',
  'experiments.argoproj.io',
  'replicasets.apps',
  'services',
  'jobs.batch',
  'pods',
  'events',
] as const;
