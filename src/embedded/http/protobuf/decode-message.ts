import { setOwn } from '../../../system/json.ts';
import { builtInStruct } from '../../schema/builtin-types.ts';
import type { ScalarName, StructType, ValueType } from '../../schema/value-type.ts';
import { decodeNumber, decodeScalar, isNumeric, numericWireType } from './decode-scalar.ts';
import { ProtobufError, readDelimited, textOf, WIRE, WireReader } from './wire-reader.ts';

/** Messages may lie this deep in each other. */
const MAX_DEPTH = 1000;

type Members = Record<string, unknown>;

/**
 * Reads a message of a built-in type into the JSON value that it stands for. Unknown fields are passed over. Throws ProtobufError for
 * bytes that are no such message.
 */
export function decodeMessage(type: StructType, bytes: Uint8Array): Members {
  return decodeStruct(type, bytes, {}, 0);
}

/** Why `target`: a field that comes twice is merged, and an inlined struct adds to the object that it belongs to. */
function decodeStruct(type: StructType, bytes: Uint8Array, target: Members, depth: number): Members {
  if (depth > MAX_DEPTH) throw new ProtobufError('proto: message is nested too deep');
  const reader = new WireReader(bytes, type.shortName);
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    const field = type.message.get(number);
    if (!field) reader.skip(wireType);
    else if (field.name === '') decodeStruct(field.type as StructType, readDelimited(reader, wireType, ''), target, depth + 1);
    else decodeField(target, field, { reader, wireType, depth });
  }
  return target;
}

/** Where a value comes from. */
interface Source {
  reader: WireReader;
  wireType: number;
  depth: number;
}

function decodeField(target: Members, { name, type }: { name: string; type: ValueType }, source: Source): void {
  if (type.kind === 'list') {
    const items = (target[name] ??= []) as unknown[];
    decodeItems(items, type.element, name, source);
  } else if (type.kind === 'map') {
    const entries = (target[name] ??= {}) as Members;
    const { key, value } = decodeEntry(type.value, readDelimited(source.reader, source.wireType, name), source.depth);
    setOwn(entries, key, value);
  } else {
    target[name] = decodeValue(type, name, source, target[name]);
  }
}

function decodeItems(items: unknown[], element: ValueType, name: string, source: Source): void {
  const { reader, wireType } = source;
  if (wireType !== WIRE.delimited || !isNumeric(element)) {
    items.push(decodeValue(element, name, source));
    return;
  }
  const packed = new WireReader(reader.readBytes(), name);
  while (!packed.isAtEnd) items.push(decodeNumber(element, packed, numericWireType(element), name));
}

/** An entry of a map: a message of its own. */
function decodeEntry(type: ValueType, bytes: Uint8Array, depth: number): { key: string; value: unknown } {
  const reader = new WireReader(bytes, 'entry');
  let key = '';
  let value = emptyValue(type);
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    if (number === 1) key = textOf(readDelimited(reader, wireType, 'key'));
    else if (number === 2) value = decodeValue(type, 'value', { reader, wireType, depth });
    else reader.skip(wireType);
  }
  return { key, value };
}

function emptyValue(type: ValueType): unknown {
  if (type.kind === 'list') return [];
  if (type.kind !== 'scalar') return {};
  return isNumeric(type) ? 0 : decodeScalar(type.scalar, new Uint8Array());
}

function decodeValue(type: ValueType, name: string, { reader, wireType, depth }: Source, previous?: unknown): unknown {
  if (isNumeric(type)) return decodeNumber(type, reader, wireType, name);
  const bytes = readDelimited(reader, wireType, name);
  if (type.kind === 'struct') return decodeStruct(type, bytes, isMembers(previous) ? previous : {}, depth + 1);
  if (type.kind === 'list') return decodeWrappedList(type.element, bytes, depth + 1);
  const scalar = type.kind === 'map' ? 'string' : type.scalar;
  return isSchemaUnion(scalar) ? readSchemaUnion(scalar, bytes, depth + 1) : decodeScalar(scalar, bytes);
}

/** A list that is the value of a map is a message of its own, whose first field holds the items. */
function decodeWrappedList(element: ValueType, bytes: Uint8Array, depth: number): unknown[] {
  const items: unknown[] = [];
  const reader = new WireReader(bytes, 'items');
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    if (number === 1) decodeItems(items, element, 'items', { reader, wireType, depth });
    else reader.skip(wireType);
  }
  return items;
}

type SchemaUnion = 'SchemaOrArray' | 'SchemaOrBool' | 'SchemaOrStrings';

function isSchemaUnion(scalar: ScalarName): scalar is SchemaUnion {
  return scalar.startsWith('SchemaOr');
}

/** A schema, or what stands in its place: a list of schemas, a boolean or a list of names. */
function readSchemaUnion(scalar: SchemaUnion, bytes: Uint8Array, depth: number): unknown {
  const schema = builtInStruct('apiextensions/v1.JSONSchemaProps');
  const list: unknown[] = [];
  let single: unknown;
  let isAllowed = false;
  const reader = new WireReader(bytes, 'JSONSchemaProps');
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    if (wireType === WIRE.varint) isAllowed = reader.readBoolean();
    else if (scalar === 'SchemaOrStrings' && number === 2) list.push(textOf(readDelimited(reader, wireType, 'Property')));
    else if (number === 1 || number === 2) {
      const value = decodeStruct(schema, readDelimited(reader, wireType, 'Schema'), {}, depth + 1);
      if (scalar === 'SchemaOrArray' && number === 2) list.push(value);
      else single = value;
    } else reader.skip(wireType);
  }
  if (list.length > 0) return list;
  return single ?? (scalar === 'SchemaOrBool' ? isAllowed : null);
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
