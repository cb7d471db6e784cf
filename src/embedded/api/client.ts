import type { KubeObject, LabelSelector } from '../../kube/types/meta.ts';

export interface ClientListOptions {
  namespace?: string;
  /** A selector in the form that specs carry. */
  selector?: LabelSelector;
}

export type ClientPatch =
  | { type: 'json'; operations: JsonPatchOperation[] }
  | { type: 'merge'; body: Record<string, unknown> }
  | { type: 'strategic'; body: Record<string, unknown> };

export interface JsonPatchOperation {
  op: 'add' | 'remove' | 'replace' | 'test' | 'move' | 'copy';
  path: string;
  from?: string;
  value?: unknown;
}

export interface ClientDeleteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
}

export type ClientSubresource = 'status' | 'scale' | 'eviction';

/**
 * The API as a controller inside the cluster uses it: the same pipeline that HTTP requests go through, without the HTTP.
 * Every call acts at once. Objects that come back are frozen: copy them with `cloneJson` before changing anything.
 * Failures are thrown as ApiError; only `get` answers undefined for an object that is not there.
 * `resource` is the GroupResource: `pods`, `replicasets.apps`, `rollouts.argoproj.io`.
 */
export interface ApiClient {
  get<T extends KubeObject>(resource: string, namespace: string | undefined, name: string): T | undefined;
  list<T extends KubeObject>(resource: string, options?: ClientListOptions): T[];
  create<T extends KubeObject>(resource: string, object: T): T;
  /** Replaces the object; a resourceVersion in it must be the newest, or the call fails with 409 Conflict. */
  update<T extends KubeObject>(resource: string, object: T, subresource?: ClientSubresource): T;
  patch<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
    patch: ClientPatch,
    subresource?: ClientSubresource,
  ): T;
  delete(resource: string, namespace: string | undefined, name: string, options?: ClientDeleteOptions): void;
  /** Asks for a pod to be evicted; 429 when a PodDisruptionBudget forbids it. */
  evict(namespace: string, pod: string): void;
  /** Assigns a pod to a node; 409 when it is assigned already. */
  bind(namespace: string, pod: string, node: string): void;
  /** Lets a Namespace go whose content is gone. */
  finalize(namespace: string): void;
}
