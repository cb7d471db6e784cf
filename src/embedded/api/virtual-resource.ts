import type { KubeObject } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import { trackUpdate } from '../patch/track-update.ts';
import { schemaForBuiltIn } from '../schema/built-in-schema.ts';
import type { Caller } from './caller.ts';
import { decodeBody } from './decode-body.ts';
import { fieldManagerOf, type ApiRequest } from './request.ts';
import { apiVersionOf, type ResourceDefinition } from './resource.ts';

/** A question put to the server in the form of an object: it is answered, not stored. */
export interface VirtualResource {
  group: string;
  version: string;
  plural: string;
  kind: string;
  isNamespaced: boolean;
  /** The answer says who set which fields of the question. */
  hasManagedFields: boolean;
  /** Answers the object to return; throws ApiError. */
  create(question: VirtualRequest): KubeObject;
}

export interface VirtualRequest {
  caller: Caller;
  namespace?: string;
  body: KubeObject;
}

/** What a request to a virtual resource is about, in the terms of one that is stored. */
export function virtualDefinition({
  group,
  version,
  plural,
  kind,
  isNamespaced,
}: Omit<VirtualResource, 'create' | 'hasManagedFields'>): ResourceDefinition {
  return {
    group,
    version,
    plural,
    kind,
    isNamespaced,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    verbs: ['create'],
    hasStatus: false,
    generation: 'none',
    isBuiltIn: true,
  };
}

/** Reads a question as the object that it is; throws 400. */
export function decodeQuestion(request: ApiRequest, body: KubeObject): KubeObject {
  return decodeBody((definition) => schemaForBuiltIn(definition), request, body);
}

/** Notes in a question's metadata who asked it. */
export function trackQuestion(request: ApiRequest, question: KubeObject, clock: Clock): void {
  const { definition, subresource } = request;
  const schema = schemaForBuiltIn(definition);
  if (!schema) return;
  trackUpdate(question, {
    schema,
    manager: fieldManagerOf(request),
    apiVersion: apiVersionOf(definition),
    time: toSecondsTimestamp(clock.now()),
    previous: undefined,
    ...(subresource !== undefined && { subresource }),
  });
}
