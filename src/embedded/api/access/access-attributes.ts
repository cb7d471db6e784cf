/** What somebody wants to do; the subject of an authorization decision. */
export type AccessAttributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  /** Absent at the cluster scope. */
  namespace?: string;
  name?: string;
}

/** A request to a path that is no resource, such as `/version`. */
export interface PathAttributes {
  verb: string;
  path: string;
}

export function isPathAccess(attributes: AccessAttributes): attributes is PathAttributes {
  return 'path' in attributes;
}

/** `pods/log`, as rules and messages name a subresource. */
export function qualifiedResource({ resource, subresource }: ResourceAttributes): string {
  return subresource ? `${resource}/${subresource}` : resource;
}
