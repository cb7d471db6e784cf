import type { KubeObject } from '../../kube/types/meta.ts';
import { ApiError, badRequest, unclassified, unsupportedMediaType } from '../api/api-error.ts';
import { JsonSyntaxError, readJson, requireJson } from '../api/json-reader.ts';
import { decodeBuiltIn, DecodeError } from '../schema/decode-built-in.ts';
import { builtInStruct } from '../schema/builtin-types.ts';
import type { ApiCall } from './api-call.ts';
import { goText } from './go-text.ts';
import { mediaTypeOf } from './media-type.ts';
import { decodeProtobuf, summarizeBody } from './protobuf/decode-protobuf.ts';

/** Bodies may be this long. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

const NO_KIND = `couldn't get version/kind; json parse error: `;

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

/** The body as text; throws 413 when it is too long. */
export function bodyText({ body = '' }: ApiCall): string {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > MAX_BODY_BYTES) {
    throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
  }
  return typeof body === 'string' ? body : goText(body);
}

/** Reads the object in a body, in whatever way it is encoded. Throws 400, 413 or 415 in the server's words. */
export async function readObject(call: ApiCall, expected: ExpectedKind): Promise<ReceivedObject> {
  const type = mediaTypeOf(call);
  const text = bodyText(call);
  const refuse = (problem: string): ApiError => unrecognized(expected, problem, bodyBytes(call));
  if (type === '' || type === 'application/json') return readTypedJson(call, expected, refuse);
  if (type === 'application/yaml') return readTypedYaml(text, expected, refuse);
  if (type === 'application/vnd.kubernetes.protobuf' && expected.isBuiltIn) {
    return { object: decodeProtobuf(bodyBytes(call), expected), duplicates: [] };
  }
  throw unknownFormat(OBJECT_TYPES);
}

type Refuse = (problem: string) => ApiError;

function readTypedJson(call: ApiCall, expected: ExpectedKind, refuse: Refuse): ReceivedObject {
  const text = bodyText(call);
  const { value, duplicates } = readJsonOr(text, (problem) => refuse(`${NO_KIND}${jsonProblem(call) ?? problem}`));
  return { object: requireTyped(value, expected, text, refuse), duplicates };
}

async function readTypedYaml(text: string, expected: ExpectedKind, refuse: Refuse): Promise<ReceivedObject> {
  const { value, problem, duplicates } = await readYaml(text);
  if (problem !== undefined) throw refuse(problem);
  return { object: requireTyped(value, expected, text, refuse), duplicates };
}

/** What is wrong with a body of JSON that has bytes in it which belong to no character: these are named as they are. */
function jsonProblem({ body }: ApiCall): string | undefined {
  if (typeof body === 'string' || body === undefined) return undefined;
  try {
    requireJson(body);
    return undefined;
  } catch (error) {
    return error instanceof JsonSyntaxError ? error.message : undefined;
  }
}

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Checks what a decoder needs to know of an object before it looks at its fields. Models runtime/serializer/json and unstructured decoding. */
function requireTyped(value: unknown, expected: ExpectedKind, text: string, refuse: Refuse): KubeObject {
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw refuse(`${NO_KIND}json: cannot unmarshal ${goTypeName(value)} into Go value of type ${TYPE_META}`);
  }
  const object = (value ?? {}) as KubeObject;
  for (const field of ['apiVersion', 'kind']) {
    const found = object[field];
    if (found === undefined || found === null || typeof found === 'string') continue;
    throw refuse(`${NO_KIND}json: cannot unmarshal ${goTypeName(found)} into Go struct field .${field} of type string`);
  }
  if (!expected.isBuiltIn && !object.kind) throw refuse(`Object 'Kind' is missing in '${text}'`);
  if (/\/.*\//.test(object.apiVersion ?? '')) throw refuse(`unexpected GroupVersion string: ${object.apiVersion}`);
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
    return decodeDeleteOptions(bodyBytes(call));
  }
  if (type !== '' && type !== 'application/json' && type !== 'application/yaml') throw unknownFormat(OBJECT_TYPES);
  const text = bodyText(call);
  const { value } =
    type === 'application/yaml'
      ? await readYamlOr(text, (problem) => unclassified(problem))
      : readJsonOr(text, (problem) => unclassified(`couldn't get version/kind; json parse error: ${problem}`));
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw unclassified(`${NO_KIND}json: cannot unmarshal ${goTypeName(value)} into Go value of type ${TYPE_META}`);
  }
  const options = (value ?? {}) as Record<string, unknown>;
  const { kind, apiVersion = 'meta.k8s.io/v1' } = options;
  if (typeof kind === 'string' && kind !== 'DeleteOptions') {
    throw unclassified(`no kind "${kind}" is registered for version "${String(apiVersion)}" in scheme "pkg/runtime/scheme.go:110"`);
  }
  requireDeleteOptions(options);
  return options;
}

function requireDeleteOptions(options: Record<string, unknown>): void {
  try {
    decodeBuiltIn(builtInStruct('meta/v1.DeleteOptions'), options, []);
  } catch (error) {
    throw error instanceof DecodeError ? unclassified(error.message) : error;
  }
}

function decodeDeleteOptions(bytes: Uint8Array): Record<string, unknown> {
  try {
    return decodeProtobuf(bytes, { kind: 'DeleteOptions', apiVersion: 'v1' });
  } catch (error) {
    const problem = error instanceof ApiError ? /: (.*) \(.*\)$/s.exec(error.message)?.[1] : undefined;
    throw problem === undefined ? error : unclassified(problem);
  }
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
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) return { problem: 'yaml: control characters are not allowed', duplicates: [] };
  const { parseAllDocuments } = await import('yaml');
  // Why: the server reads the first document, whatever follows.
  const document = [...parseAllDocuments(text, { uniqueKeys: false, version: '1.1', merge: true })][0];
  if (!document) return { value: null, duplicates: [] };
  const first = document.errors[0];
  if (first) return { problem: yamlProblem(first.message, first.linePos?.[0].line ?? 1), duplicates: [] };
  try {
    // Why: by way of JSON, so that dates, big numbers and the like become what a JSON body could say.
    return { value: JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null)), duplicates: [] };
  } catch (error) {
    return { problem: yamlProblem(error instanceof Error ? error.message : 'unreadable', 1), duplicates: [] };
  }
}

/** The parser's problem in the words of the server's own. Why lines from 2 only: the server counts some problems from the line before. */
function yamlProblem(message: string, line: number): string {
  const alias = /Unresolved alias .*: (\S+)/.exec(message)?.[1];
  if (alias !== undefined) return `yaml: unknown anchor '${alias}' referenced`;
  if (/implicit keys|Nested mappings are not allowed|Implicit map keys/.test(message)) {
    return `yaml: ${line > 1 ? `line ${line}: ` : ''}mapping values are not allowed in this context`;
  }
  if (/Tabs are not allowed/.test(message)) return `yaml: line ${line}: found character that cannot start any token`;
  if (/Missing closing/.test(message)) return 'yaml: found unexpected end of stream';
  const bracket = /Flow (sequence|map)/.exec(message)?.[1];
  if (bracket) return `yaml: line ${line}: did not find expected ',' or '${bracket === 'map' ? '}' : ']'}'`;
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
function unrecognized({ kind }: ExpectedKind, problem: string, bytes: Uint8Array): ApiError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${problem} (${summarizeBody(bytes)})`);
}
