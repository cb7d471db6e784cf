import type { ScalarName, ScalarType, ValueType } from '../../schema/value-type.ts';
import { ProtobufError, requireWireType, textOf, WIRE, WireReader } from './wire-reader.ts';

const NUMERIC = ['bool', 'int32', 'int64', 'float64'] as const;

/** A type whose values are numbers on the wire, which lists may hold packed. */
export type NumericType = ScalarType & { scalar: (typeof NUMERIC)[number] };

/** Whether values of the type are numbers on the wire. */
export function isNumeric(type: ValueType): type is NumericType {
  return type.kind === 'scalar' && (NUMERIC as readonly string[]).includes(type.scalar);
}

/** How numbers of the type are written. */
export function numericWireType(type: NumericType): number {
  return type.scalar === 'float64' ? WIRE.fixed64 : WIRE.varint;
}

/** Reads a number or boolean; `name` is that of the field, for errors. */
export function decodeNumber(type: NumericType, reader: WireReader, wireType: number, name: string): number | boolean {
  requireWireType(wireType, numericWireType(type), name);
  if (type.scalar === 'float64') return reader.readFixed64();
  if (type.scalar === 'bool') return reader.readBoolean();
  return type.scalar === 'int32' ? reader.readInt32() : reader.readInt64();
}

/** The JSON form of a string, of bytes, or of a message that JSON has a form of its own for. */
export function decodeScalar(scalar: ScalarName, bytes: Uint8Array): unknown {
  switch (scalar) {
    case 'bytes':
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    case 'Quantity':
      return readFields(bytes, 'Quantity').get(1) ?? '0';
    case 'IntOrString':
      return readIntOrString(readFields(bytes, 'IntOrString'));
    case 'Time':
      return readTime(bytes, (iso) => iso.replace(/\.\d{3}Z$/, 'Z'));
    case 'MicroTime':
      return readTime(bytes, (iso, nanos) => iso.replace(/\.\d{3}Z$/, `.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`));
    case 'FieldsV1':
    case 'RawExtension':
    case 'JSON':
      return parseJson(readFields(bytes, scalar).get(1) ?? '');
    default:
      return textOf(bytes);
  }
}

/** The fields of a small message by number: strings and integers, the last of each. */
function readFields(bytes: Uint8Array, messageName: string): ReadonlyMap<number, string | number> {
  const fields = new Map<number, string | number>();
  const reader = new WireReader(bytes, messageName);
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    if (wireType === WIRE.varint) fields.set(number, reader.readInt64());
    else if (wireType === WIRE.delimited) fields.set(number, textOf(reader.readBytes()));
    else reader.skip(wireType);
  }
  return fields;
}

function readIntOrString(fields: ReadonlyMap<number, string | number>): string | number {
  const isText = fields.get(1) === 1;
  return isText ? (fields.get(3) ?? '') : (fields.get(2) ?? 0);
}

/** Why null: a time that was not set is written as an empty message. */
function readTime(bytes: Uint8Array, format: (iso: string, nanos: number) => string): string | null {
  if (bytes.length === 0) return null;
  const fields = readFields(bytes, 'Timestamp');
  const date = new Date(Number(fields.get(1) ?? 0) * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new ProtobufError('Time.MarshalJSON: year outside of range [0,9999]');
  return format(date.toISOString(), Number(fields.get(2) ?? 0));
}

function parseJson(text: string | number): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    throw new ProtobufError('the message holds a value that is not JSON');
  }
}
