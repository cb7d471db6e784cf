import type { JsonPatchOperation } from '../api/client.ts';
import { ApiError, badRequest, unsupportedMediaType } from '../api/api-error.ts';
import type { ApplyRequest, Patch } from '../patch/patch.ts';
import type { ApiCall } from './api-call.ts';
import { mediaTypeOf } from './media-type.ts';
import { bodyText, goTypeName, readPlainJson, readYaml } from './request-body.ts';

/** A patch as a client sent it. */
export interface ReceivedPatch {
  patch: Patch | ApplyRequest;
  duplicates: readonly string[];
}

const OBJECT = 'map[string]interface {}';
const DECODING = 'error decoding patch: ';

/** The kinds of patches by the media type of their body. */
export const PATCH_TYPES: Record<string, (Patch | ApplyRequest)['type']> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Which kind of patch a body is; throws 415 for bodies that are none, and for strategic merge patches of custom kinds. */
export function patchTypeOf(call: ApiCall, { isBuiltIn }: { isBuiltIn: boolean }): (Patch | ApplyRequest)['type'] {
  const mediaType = mediaTypeOf(call);
  const type = Object.hasOwn(PATCH_TYPES, mediaType) ? PATCH_TYPES[mediaType] : undefined;
  if (!type && isBuiltIn) throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (!type || (type === 'strategic' && !isBuiltIn)) {
    throw unsupportedMediaType(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  }
  return type;
}

/** Reads a patch; throws 400 in the words of the server's decoders for what is none. Models endpoints/handlers/patch.go. */
export async function readPatch(call: ApiCall, type: (Patch | ApplyRequest)['type'], isForced: boolean): Promise<ReceivedPatch> {
  const text = bodyText(call);
  if (type === 'apply') return readApply(text, isForced);
  const prefix = type === 'strategic' ? '' : DECODING;
  const { value, duplicates } = readPlainJson(text, prefix);
  if (type === 'json') return { patch: { type, operations: requireOperations(value) }, duplicates: [] };
  if (value === null && type === 'merge') throw badRequest('Invalid JSON Patch');
  return { patch: { type, body: requireObject(value ?? {}, prefix) }, duplicates };
}

function requireOperations(value: unknown): JsonPatchOperation[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value as JsonPatchOperation[];
  throw badRequest(`${DECODING}json: cannot unmarshal ${goTypeName(value)} into Go value of type []handlers.jsonPatchOp`);
}

function requireObject(value: unknown, prefix: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badRequest(`${prefix}json: cannot unmarshal ${goTypeName(value)} into Go value of type ${OBJECT}`);
}

async function readApply(text: string, isForced: boolean): Promise<ReceivedPatch> {
  const { value, problem, duplicates } = await readYaml(text);
  if (problem !== undefined) throw badRequest(`error decoding YAML: error converting YAML to JSON: ${problem}`);
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goTypeName(value)} into Go value of type ${OBJECT}`,
    );
  }
  return { patch: { type: 'apply', body: (value ?? {}) as Record<string, unknown>, isForced }, duplicates };
}
