import type { Caller } from './caller.ts';
import type { ResourceDefinition, ServedResource } from './resource.ts';

/** What the server does with fields that a kind does not have. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** One request to a resource, after its path and query have been read. */
export interface ApiRequest {
  caller: Caller;
  /** The resource as it is stored. */
  definition: ResourceDefinition;
  /** The form in which bodies come and answers go, where it is not the stored one. */
  served?: ServedResource;
  /** Absent for cluster-wide kinds, and for lists across namespaces. */
  namespace?: string;
  /** Absent for collections. */
  name?: string;
  subresource?: string;
  fieldManager?: string;
  fieldValidation?: FieldValidation;
  /** Paths of keys that the body had more than once, such as `spec.replicas`. */
  duplicateFields?: readonly string[];
  isDryRun?: boolean;
  /** Takes a warning that goes to the client beside the answer. */
  warn?: (message: string) => void;
}

/** What the body or query of a DELETE asks for. */
export interface DeleteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** The field manager of a write: the parameter, else the User-Agent up to its first slash. */
export function fieldManagerOf(request: ApiRequest): string {
  return request.fieldManager ?? request.caller.userAgent.split('/')[0]!;
}
