import { ApiError } from '../api/api-error.ts';

/** How a client wants an object to be shown. */
export type Presentation = 'object' | 'table' | 'metadata';

/** What was agreed on with a client. */
export interface Negotiated {
  mediaType: 'application/json' | 'application/yaml';
  presentation: Presentation;
  /** Version of meta.k8s.io for tables and partial metadata. */
  metaVersion: 'v1' | 'v1beta1';
}

interface Offer {
  type: string;
  parameters: Record<string, string>;
  quality: number;
}

const PLAIN_JSON: Negotiated = { mediaType: 'application/json', presentation: 'object', metaVersion: 'v1' };
const AVAILABLE = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** Chooses the best of what an Accept header offers; throws 406 when none of it can be served. Models apiserver endpoints/handlers/negotiation. */
export function negotiate(
  accept: string | undefined,
  verb: string,
  resource?: { isBuiltIn: boolean; group: string; kind: string },
): Negotiated {
  if (!accept || accept === 'application/json') return PLAIN_JSON;
  let isMediaTypeKnown = false;
  for (const { type, parameters } of readAccept(accept)) {
    const mediaType = mediaTypeOf(type, resource?.isBuiltIn ?? true);
    if (!mediaType) continue;
    isMediaTypeKnown = true;
    const presentation = presentationOf(parameters);
    if (presentation === 'metadata') requireFittingMetadata(parameters['as']!, verb, resource);
    if (presentation) return { mediaType, presentation, metaVersion: parameters['v'] === 'v1beta1' ? 'v1beta1' : 'v1' };
  }
  throw isMediaTypeKnown || resource?.isBuiltIn === false ? unknownPresentation() : notAcceptable(verb);
}

/** The media types of an Accept header, best first. */
function readAccept(accept: string): Offer[] {
  const offers = accept.split(',').map((part) => {
    const [type = '', ...pairs] = part.split(';').map((piece) => piece.trim());
    const parameters: Record<string, string> = {};
    for (const pair of pairs) {
      const [key = '', value = ''] = pair.split('=');
      parameters[key.trim()] = value.trim();
    }
    return { type: type.toLowerCase(), parameters, quality: Number(parameters['q'] ?? 1) };
  });
  return offers.sort((a, b) => b.quality - a.quality);
}

/** Why: the routes of built-in kinds know no `application/*` and no `*`, the handler of custom ones does. */
function mediaTypeOf(type: string, isBuiltIn: boolean): Negotiated['mediaType'] | undefined {
  if (type === 'application/json' || type === '*/*') return 'application/json';
  if (!isBuiltIn && (type === 'application/*' || type === '*')) return 'application/json';
  return type === 'application/yaml' ? 'application/yaml' : undefined;
}

function presentationOf({ as, g, v }: Record<string, string>): Presentation | undefined {
  if (as === undefined) return 'object';
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return undefined;
  if (as === 'Table') return 'table';
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? 'metadata' : undefined;
}

function notAcceptable(verb: string): ApiError {
  const streams =
    verb === 'list' || verb === 'watch' ? ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch' : '';
  return new ApiError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${AVAILABLE}${streams}`, {});
}

/** Metadata of one object is no metadata of a list, nor the other way round. Models endpoints/handlers/response.go. */
function requireFittingMetadata(asked: string, verb: string, resource?: { isBuiltIn: boolean; group: string; kind: string }): void {
  const isList = verb === 'list' || verb === 'deletecollection';
  if (verb === 'watch' || isList === (asked === 'PartialObjectMetadataList')) return;
  const suffix = isList ? 'List' : '';
  const name = resource?.isBuiltIn
    ? `${resource.group.split('.')[0] || 'core'}.${resource.kind}${suffix}`
    : `unstructured.Unstructured${suffix}`;
  const what = isList ? 'a list' : 'not a list';
  throw new ApiError(406, 'NotAcceptable', `you requested ${asked}, but the requested object is ${what} (*${name})`);
}

/** Refuses an Accept header that the paths outside of resources do not serve. */
export function requireAcceptable(accept: string | undefined, available: readonly string[]): void {
  if (!accept) return;
  const offers = readAccept(accept);
  const isServed = ({ type }: Offer): boolean => type === '*/*' || available.includes(type);
  // Why: what is no object has one form only, whatever was asked.
  const hasForms = available.length > 1;
  if (offers.some((offer) => isServed(offer) && (!hasForms || presentationOf(offer.parameters) === 'object'))) return;
  if (offers.some(isServed)) throw unknownPresentation();
  throw new ApiError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`, {});
}

function unknownPresentation(): ApiError {
  return new ApiError(406, 'NotAcceptable', `only the following media types are accepted: ${AVAILABLE}`);
}
