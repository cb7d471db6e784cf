import type { KubeObject } from '../../kube/types/meta.ts';
import type { Caller } from './caller.ts';

/** A question put to the server in the form of an object: it is answered, not stored. */
export interface VirtualResource {
  group: string;
  version: string;
  plural: string;
  kind: string;
  isNamespaced: boolean;
  /** Answers the object to return; throws ApiError. */
  create(question: VirtualRequest): KubeObject;
}

export interface VirtualRequest {
  caller: Caller;
  namespace?: string;
  body: KubeObject;
}
