import type { Cancel, Clock } from '../../system/clock.ts';
import { controlPlane, type Caller } from '../api/caller.ts';
import type { ApiClient } from '../api/client.ts';
import type { StoreEvent } from '../store/store.ts';

/** What a controller gets from the cluster it runs in. */
export interface ControlPlane {
  clock: Clock;
  /** The API under an identity of the controller's own, which the journal and managedFields then show. */
  clientFor(caller: Caller): ApiClient;
  /** Calls the listener after every write, in order. It may not write: it adds keys to a queue. */
  watch(listener: (event: StoreEvent) => void): Cancel;
}

/** A part of the control plane that follows the state of the cluster. */
export interface Controller {
  /** Begins to watch, and reconciles everything that exists already. */
  start(): void;
  stop(): void;
}

/** `namespace/name`, the key that work queues use. */
export function keyOf(object: { metadata: { namespace?: string; name: string } }): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** The namespace and name in a key; the namespace is empty for cluster-wide objects. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** A controller of kube-controller-manager, each of which has a service account. */
export function managerAccount(name: string): Caller {
  return controlPlane(`system:serviceaccount:kube-system:${name}`, 'kube-controller-manager');
}
