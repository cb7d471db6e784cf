import { exactNameOf } from '../api/field-selector.ts';
import type { AccessAttributes } from '../api/access/access-attributes.ts';

/** What a request line means. Models apiserver endpoints/request RequestInfo. */
export type RequestInfo = ResourceRequestInfo | PathRequestInfo;

export interface ResourceRequestInfo {
  kind: 'resource';
  /** get, list, watch, create, update, patch, delete or deletecollection. */
  verb: string;
  group: string;
  version: string;
  namespace?: string;
  resource: string;
  name?: string;
  subresource?: string;
  /** Path segments below the subresource. */
  rest: readonly string[];
  /** For lists and watches: the one object that the field selector names. Counts for authorization only. */
  selectedName?: string;
}

export interface PathRequestInfo {
  kind: 'path';
  /** The HTTP method in lower case. */
  verb: string;
  path: string;
}

const VERBS: Record<string, string> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Subresources of a namespace itself; any other third segment is a resource inside of it. */
const NAMESPACE_SUBRESOURCES = ['status', 'finalize'];

export function readRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const segments = path.split('/').filter((segment) => segment !== '');
  const isResource = segments[0] === 'api' ? segments.length > 2 : segments[0] === 'apis' && segments.length > 3;
  if (!isResource) return { kind: 'path', verb: method.toLowerCase(), path };
  const [group, version, ...below] = segments[0] === 'api' ? ['', ...segments.slice(1)] : segments.slice(1);
  return readResource(VERBS[method] ?? '', { group: group!, version: version! }, below, query);
}

function readResource(
  methodVerb: string,
  groupVersion: { group: string; version: string },
  below: readonly string[],
  query: URLSearchParams,
): ResourceRequestInfo {
  // Why: the obsolete form of a watch, /api/v1/watch/pods.
  const isWatchPath = below[0] === 'watch' && below.length > 1;
  const { namespace, segments } = splitNamespace(isWatchPath ? below.slice(1) : below);
  const [resource = '', name, subresource, ...rest] = segments;
  const info: ResourceRequestInfo = {
    kind: 'resource',
    ...groupVersion,
    verb: isWatchPath ? 'watch' : methodVerb,
    resource,
    rest,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
  return name === undefined || isWatchPath ? forCollection(info, query) : info;
}

function splitNamespace(segments: readonly string[]): { namespace?: string; segments: readonly string[] } {
  if (segments[0] !== 'namespaces' || segments.length < 2) return { segments };
  const isInside = segments.length > 2 && !NAMESPACE_SUBRESOURCES.includes(segments[2]!);
  return { namespace: segments[1]!, segments: isInside ? segments.slice(2) : segments };
}

function forCollection(info: ResourceRequestInfo, query: URLSearchParams): ResourceRequestInfo {
  if (info.verb === 'get' && info.name === undefined) info.verb = isTrue(query.get('watch')) ? 'watch' : 'list';
  else if (info.verb === 'delete') info.verb = 'deletecollection';
  const selected = info.verb === 'list' || info.verb === 'watch' ? exactNameOf(query.get('fieldSelector') ?? '') : undefined;
  return selected === undefined ? info : { ...info, selectedName: selected };
}

/** Whether a query parameter is set; models apimachinery's conversion of a string to a bool. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

/** What has to be allowed for a request. */
export function accessOf(info: RequestInfo): AccessAttributes {
  if (info.kind === 'path') return { verb: info.verb, path: info.path };
  const { verb, group, resource, subresource, namespace } = info;
  const name = info.name ?? info.selectedName;
  return {
    verb,
    group,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}
