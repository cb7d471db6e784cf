import type { KubeObject } from '../../kube/types/meta.ts';
import { ApiError, badRequest, unclassified, unsupportedMediaType } from '../api/api-error.ts';
import { JsonSyntaxError, readJson } from '../api/json-reader.ts';
import { headerOf, type ApiCall } from './api-call.ts';
import { decodeProtobuf } from './protobuf/decode-protobuf.ts';

/** Bodies may be this long. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

const OBJECT_TYPES = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** An object as a client sent it. */
export interface ReceivedObject {
  object: KubeObject;
  /** Paths of keys that the text had more than once. */
  duplicates: readonly string[];
}

/** What a body has to be. */
export interface ExpectedKind {
  kind: string;
  apiVersion: string;
  /** Whether an absent kind and apiVersion are filled in, as for built-in kinds. */
  isBuiltIn: boolean;
}

/** The Content-Type of a body without its parameters; empty when there is none. */
export function mediaTypeOf(call: ApiCall): string {
  return (headerOf(call, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase();
}

/** The body as text; throws 413 when it is too long. Invalid UTF-8 becomes U+FFFD, as in Go. */
export function bodyText({ body = '' }: ApiCall): string {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > MAX_BODY_BYTES) {
    throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
  }
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

/** Reads the object in a body, in whatever way it is encoded. Throws 400, 413 or 415 in the server's words. */
export async function readObject(call: ApiCall, expected: ExpectedKind): Promise<ReceivedObject> {
  const type = mediaTypeOf(call);
  const text = bodyText(call);
  if (type === '' || type === 'application/json') return readTypedJson(text, expected);
  if (type === 'application/yaml') return readTypedYaml(text, expected);
  if (type === 'application/vnd.kubernetes.protobuf' && expected.isBuiltIn) {
    return { object: decodeProtobuf(bodyBytes(call), expected), duplicates: [] };
  }
  throw unknownFormat(OBJECT_TYPES);
}

/** Reads the object in a JSON body at once, for callers that cannot wait; throws as `readObject` does. */
function readTypedJson(text: string, expected: ExpectedKind): ReceivedObject {
  const { value, duplicates } = readJsonOr(text, (problem) =>
    unrecognized(expected, `couldn't get version/kind; json parse error: ${problem}`, text),
  );
  return { object: requireTyped(value, expected, text), duplicates };
}

async function readTypedYaml(text: string, expected: ExpectedKind): Promise<ReceivedObject> {
  const { value, problem, duplicates } = await readYaml(text);
  if (problem !== undefined) throw unrecognized(expected, problem, text);
  return { object: requireTyped(value, expected, text), duplicates };
}

/** Checks what a decoder needs to know of an object before it looks at its fields. Models runtime/serializer/json and unstructured decoding. */
function requireTyped(value: unknown, expected: ExpectedKind, text: string): KubeObject {
  const target = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw unrecognized(
      expected,
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goTypeName(value)} into Go value of type ${target}`,
      text,
    );
  }
  const object = (value ?? {}) as KubeObject;
  for (const field of ['apiVersion', 'kind']) {
    const found = object[field];
    if (found === undefined || found === null || typeof found === 'string') continue;
    throw unrecognized(
      expected,
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goTypeName(found)} into Go struct field .${field} of type string`,
      text,
    );
  }
  if (!expected.isBuiltIn && !object.kind) throw unrecognized(expected, `Object 'Kind' is missing in '${text}'`, text);
  if (/\/.*\//.test(object.apiVersion ?? '')) throw unrecognized(expected, `unexpected GroupVersion string: ${object.apiVersion}`, text);
  return object;
}

function bodyBytes({ body = '' }: ApiCall): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/** The value of a JSON body that is not an object of a kind, such as a patch; throws 400 with the decoder's message. */
export function readPlainJson(text: string, prefix: string): { value: unknown; duplicates: readonly string[] } {
  return readJsonOr(text, (problem) => badRequest(`${prefix}${problem}`));
}

/** The options in the body of a DELETE; undefined for an empty body. The real server does not classify what it cannot read here. */
export async function readDeleteBody(call: ApiCall): Promise<Record<string, unknown> | undefined> {
  const size = typeof call.body === 'string' ? call.body.length : (call.body?.byteLength ?? 0);
  if (size === 0) return undefined;
  const type = mediaTypeOf(call);
  if (type === 'application/vnd.kubernetes.protobuf') {
    return decodeProtobuf(bodyBytes(call), { kind: 'DeleteOptions', apiVersion: 'v1' });
  }
  const text = bodyText(call);
  const { value } =
    type === 'application/yaml'
      ? await readYamlOr(text, (problem) => unclassified(problem))
      : readJsonOr(text, (problem) => unclassified(`couldn't get version/kind; json parse error: ${problem}`));
  const options = (typeof value === 'object' ? value : {}) as Record<string, unknown> | null;
  const { kind, apiVersion } = options ?? {};
  if (typeof kind === 'string' && kind !== 'DeleteOptions') {
    throw unclassified(`no kind "${kind}" is registered for version "${String(apiVersion)}" in scheme "pkg/runtime/scheme.go:110"`);
  }
  return options ?? {};
}

function readJsonOr(text: string, refuse: (problem: string) => ApiError): { value: unknown; duplicates: readonly string[] } {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw refuse(error.message);
    throw error;
  }
}

async function readYamlOr(text: string, refuse: (problem: string) => ApiError): Promise<{ value: unknown; duplicates: readonly string[] }> {
  const { value, problem, duplicates } = await readYaml(text);
  if (problem !== undefined) throw refuse(problem);
  return { value, duplicates };
}

/** A YAML document as the JSON value that it stands for. JSON is YAML, so JSON is tried first. */
export async function readYaml(text: string): Promise<{ value?: unknown; problem?: string; duplicates: readonly string[] }> {
  if (/^\s*[{[]/.test(text)) {
    try {
      return readJson(text);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
    }
  }
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { uniqueKeys: false, version: '1.1', merge: true });
  const first = document.errors[0];
  if (first) return { problem: yamlProblem(first.code, first.message), duplicates: [] };
  try {
    // Why: by way of JSON, so that dates, big numbers and the like become what a JSON body could say.
    return { value: JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null)), duplicates: [] };
  } catch (error) {
    return { problem: `yaml: ${error instanceof Error ? error.message : 'unreadable'}`, duplicates: [] };
  }
}

function yamlProblem(code: string, message: string): string {
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || /Nested mappings are not allowed/.test(message))
    return 'yaml: mapping values are not allowed in this context';
  return `yaml: ${message.split('\n')[0]!}`;
}

/** What a JSON value is called in Go's decoding errors. */
export function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

export function unknownFormat(types: string): ApiError {
  return unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${types}`);
}

/** The body is not even recognizable as an object. Models endpoints/handlers transformDecodeError. */
function unrecognized({ kind }: ExpectedKind, problem: string, text: string): ApiError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${problem} (${summarize(text)})`);
}

const SUMMARY_LENGTH = 30;

function summarize(text: string): string {
  if (text === '') return '<empty>';
  const shown = text.startsWith('{') ? text : Buffer.from(text).toString('hex');
  const limit = text.startsWith('{') ? SUMMARY_LENGTH : 2 * SUMMARY_LENGTH;
  return shown.length > limit ? `${shown.slice(0, limit)} ...` : shown;
}
