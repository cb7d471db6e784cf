import type { Caller } from '../api/caller.ts';
import type { ServedResource } from '../api/resource.ts';
import type { ApiRequest } from '../api/request.ts';
import type { ApiCall } from './api-call.ts';
import type { ResourceRequestInfo } from './request-info.ts';
import type { WriteQuery } from './query.ts';

/** One request to a resource, understood and allowed. */
export interface RequestContext {
  call: ApiCall;
  info: ResourceRequestInfo;
  query: URLSearchParams;
  caller: Caller;
  resource: ServedResource;
  /** Takes a warning for the client. */
  warn: (message: string) => void;
}

/** The request as the write pipeline takes it. */
export function toApiRequest(
  { caller, info, resource, warn }: RequestContext,
  { isDryRun, fieldManager, fieldValidation }: WriteQuery,
  duplicateFields: readonly string[] = [],
): ApiRequest {
  const { stored } = resource;
  return {
    caller,
    definition: stored,
    ...(resource.definition !== stored && { served: resource }),
    ...(stored.isNamespaced && info.namespace !== undefined && { namespace: info.namespace }),
    ...(info.name !== undefined && { name: info.name }),
    ...(info.subresource !== undefined && { subresource: info.subresource }),
    ...(fieldManager !== undefined && { fieldManager }),
    ...(fieldValidation !== undefined && { fieldValidation }),
    ...(duplicateFields.length > 0 && { duplicateFields }),
    isDryRun,
    warn,
  };
}
