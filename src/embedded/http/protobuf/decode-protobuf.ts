import type { KubeObject } from '../../../kube/types/meta.ts';
import { type ApiError, badRequest } from '../../api/api-error.ts';
import { builtInKind, builtInStruct } from '../../schema/builtin-types.ts';
import type { StructType } from '../../schema/value-type.ts';
import { decodeMessage } from './decode-message.ts';
import { ProtobufError, readDelimited, textOf, WireReader } from './wire-reader.ts';

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const SUMMARY_BYTES = 30;
const OPEN_BRACE = 0x7b;

/** What a body has to be, when it does not say so itself. */
export interface DefaultKind {
  apiVersion?: string;
  kind?: string;
}

/**
 * Reads an object of a built-in kind from the protobuf encoding of the API (`k8s\0` and a runtime.Unknown around the message).
 * DeleteOptions may come in any version. Throws ApiError 400 in the server's words for bytes that are not that.
 * Models apimachinery runtime/serializer/protobuf.
 */
export function decodeProtobuf(body: Uint8Array, expected: DefaultKind = {}): KubeObject {
  const { apiVersion = '', kind = '', raw } = readEnvelope(body, expected);
  const type = typeOf(apiVersion, kind, expected);
  try {
    return { ...decodeMessage(type, raw), apiVersion, kind } as unknown as KubeObject;
  } catch (error) {
    throw error instanceof ProtobufError ? cannotBeHandled(apiVersion, kind, expected, error.message) : error;
  }
}

interface Envelope extends DefaultKind {
  raw: Uint8Array;
}

function readEnvelope(body: Uint8Array, expected: DefaultKind): Envelope {
  try {
    if (body.length === 0) throw new ProtobufError('empty data');
    if (!MAGIC.every((byte, index) => body[index] === byte)) {
      throw new ProtobufError(`provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(' ')}]`);
    }
    if (body.length === MAGIC.length) throw new ProtobufError('empty body');
    return readUnknown(body.subarray(MAGIC.length), expected);
  } catch (error) {
    throw error instanceof ProtobufError ? unrecognized(body, expected, error.message) : error;
  }
}

function readUnknown(bytes: Uint8Array, expected: DefaultKind): Envelope {
  const envelope: Envelope = { raw: new Uint8Array(), ...expected };
  const reader = new WireReader(bytes, 'Unknown');
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    if (number === 1) Object.assign(envelope, readTypeMeta(readDelimited(reader, wireType, 'TypeMeta')));
    else if (number === 2) envelope.raw = readDelimited(reader, wireType, 'Raw');
    else reader.skip(wireType);
  }
  return envelope;
}

function readTypeMeta(bytes: Uint8Array): DefaultKind {
  const typeMeta: DefaultKind = {};
  const reader = new WireReader(bytes, 'TypeMeta');
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    if (number !== 1 && number !== 2) {
      reader.skip(wireType);
      continue;
    }
    const key = number === 1 ? 'apiVersion' : 'kind';
    const text = textOf(readDelimited(reader, wireType, key));
    if (text !== '') typeMeta[key] = text;
  }
  return typeMeta;
}

function typeOf(apiVersion: string, kind: string, expected: DefaultKind): StructType {
  if (kind === 'DeleteOptions') return builtInStruct('meta/v1.DeleteOptions');
  const slash = apiVersion.lastIndexOf('/');
  const type = builtInKind(apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1), kind);
  if (type) return type;
  throw cannotBeHandled(
    apiVersion,
    kind,
    expected,
    `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`,
  );
}

function cannotBeHandled(apiVersion: string, kind: string, expected: DefaultKind, problem: string): ApiError {
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${expected.kind ?? kind}: ${problem}`);
}

function unrecognized(body: Uint8Array, { kind = '' }: DefaultKind, problem: string): ApiError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${problem} (${summarizeBody(body)})`);
}

/** The beginning of a body, as messages show it: JSON as it is, anything else in hexadecimal. */
export function summarizeBody(body: Uint8Array): string {
  if (body.length === 0) return '<empty>';
  const encoding = body[0] === OPEN_BRACE ? 'utf8' : 'hex';
  const shown = Buffer.from(body.subarray(0, SUMMARY_BYTES)).toString(encoding);
  return body.length > SUMMARY_BYTES ? `${shown} ...` : shown;
}
