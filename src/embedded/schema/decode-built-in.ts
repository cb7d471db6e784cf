import { cloneJson, setOwn } from '../../system/json.ts';
import { builtInStruct } from './builtin-types.ts';
import { normalizeMicroTime, normalizeTime, TimeError } from './go-time.ts';
import { canonicalQuantity, QuantityError } from './quantity.ts';
import type { Field, MapType, ScalarType, StructType, ValueType } from './value-type.ts';

/** A value that does not fit its type, in the words of Go's JSON decoder. */
export class DecodeError extends Error {}

/** Where a value stands: a field of a struct, or an item of the list or map in `parent`. Paths are put together only when one is needed. */
interface Place {
  parent: Place | undefined;
  struct: StructType;
  step: string | number;
  isField: boolean;
}

/**
 * The JSON form that a built-in value has once the server has read it: unknown fields are gone, quantities and times are in canonical
 * form, empty fields that Go leaves out are left out, and those that Go always writes are there. Paths of unknown fields are added to
 * `unknownFields`. Throws DecodeError on the first value of the wrong type. Models sigs.k8s.io/json strict decoding into a struct, and its encoding.
 */
export function decodeBuiltIn(type: StructType, value: unknown, unknownFields: string[]): Record<string, unknown> {
  return decodeStruct(type, value as Record<string, unknown>, undefined, unknownFields);
}

/** What Go writes for a value of the type that nobody set; undefined for types whose zero value is null. */
export function zeroValue(type: ValueType): unknown {
  if (type.kind === 'struct') {
    const zero: Record<string, unknown> = {};
    for (const field of type.alwaysPresent) zero[field.name] = zeroValue(field.type);
    return zero;
  }
  return type.kind === 'scalar' ? zeroScalar(type) : null;
}

function zeroScalar({ scalar }: ScalarType): unknown {
  switch (scalar) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'IntOrString':
      return 0;
    case 'Quantity':
      return '0';
    default:
      return null;
  }
}

function decodeStruct(
  type: StructType,
  value: Record<string, unknown>,
  place: Place | undefined,
  unknownFields: string[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const { fields } = type;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const field = fields.get(key);
    if (!field) {
      unknownFields.push(strictPath({ parent: place, struct: type, step: key, isField: true }));
      continue;
    }
    const decoded = item === null ? undefined : decodeField(field, item, type, place, unknownFields);
    if (decoded !== undefined) result[key] = decoded;
  }
  for (const field of type.alwaysPresent) if (result[field.name] === undefined) result[field.name] = zeroValue(field.type);
  return result;
}

function decodeField(field: Field, value: unknown, struct: StructType, parent: Place | undefined, unknownFields: string[]): unknown {
  const { type } = field;
  const isText = type.kind === 'scalar' && type.scalar === 'string' && typeof value === 'string';
  const decoded = isText ? value : decodeValue(type, value, { parent, struct, step: field.name, isField: true }, unknownFields);
  return field.dropsEmpty && isEmpty(type, decoded) ? undefined : decoded;
}

function isEmpty(type: ValueType, value: unknown): boolean {
  if (type.kind === 'list') return (value as unknown[]).length === 0;
  if (type.kind === 'map') return Object.keys(value as object).length === 0;
  return value === '' || value === 0 || value === false;
}

function decodeValue(type: ValueType, value: unknown, place: Place, unknownFields: string[]): unknown {
  switch (type.kind) {
    case 'scalar':
      return decodeScalar(type, value, place, unknownFields);
    case 'struct':
      if (!isObject(value)) throw mismatch(type, value, place);
      return decodeStruct(type, value, place, unknownFields);
    case 'list':
      if (!Array.isArray(value)) throw mismatch(type, value, place);
      return value.map((item: unknown, index) =>
        item === null || item === undefined
          ? zeroValue(type.element)
          : decodeValue(type.element, item, itemPlace(place, index), unknownFields),
      );
    case 'map':
      if (!isObject(value)) throw mismatch(type, value, place);
      return decodeMap(type, value, place, unknownFields);
  }
}

function decodeMap(type: MapType, value: Record<string, unknown>, place: Place, unknownFields: string[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const isPlain = type.value.kind === 'scalar' && type.value.scalar === 'string';
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    if (isPlain && typeof item === 'string') setOwn(result, key, item);
    else if (item === null) setOwn(result, key, zeroValue(type.value));
    else setOwn(result, key, decodeValue(type.value, item, itemPlace(place, key), unknownFields));
  }
  return result;
}

function decodeScalar(type: ScalarType, value: unknown, place: Place, unknownFields: string[]): unknown {
  switch (type.scalar) {
    case 'string':
      if (typeof value !== 'string') throw mismatch(type, value, place);
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(type, value, place);
      return value;
    case 'int32':
      return decodeInteger(type, value, place, 2 ** 31);
    case 'int64':
      return decodeInteger(type, value, place, 2 ** 63);
    case 'float64':
      if (typeof value !== 'number') throw mismatch(type, value, place);
      return value;
    case 'IntOrString':
      return typeof value === 'string' ? value : decodeInteger(type, value, place, 2 ** 31);
    case 'bytes':
      return decodeBytes(type, value, place);
    case 'Quantity':
      return decodeQuantity(value);
    case 'Time':
    case 'MicroTime':
      return decodeTime(type, value, place);
    case 'SchemaOrArray':
    case 'SchemaOrBool':
    case 'SchemaOrStrings':
      return decodeSchemaUnion(value, place, unknownFields);
    case 'FieldsV1':
      // Why: sets of fields are large and never changed in place, so they are shared.
      return value;
    case 'RawExtension':
    case 'JSON':
      return cloneJson(value);
  }
}

function decodeInteger(type: ScalarType, value: unknown, place: Place, limit: number): number {
  if (typeof value !== 'number') throw mismatch(type, value, place);
  if (!Number.isInteger(value) || value >= limit || value < -limit) throw mismatch(type, value, place, `number ${value}`);
  return value;
}

function decodeBytes(type: ScalarType, value: unknown, place: Place): string {
  if (typeof value !== 'string') throw mismatch(type, value, place);
  const text = value.replace(/[\r\n]/g, '');
  const wrong = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ''));
  if (wrong) throw new DecodeError(`illegal base64 data at input byte ${wrong.index}`);
  if (text.length % 4 !== 0) throw new DecodeError(`illegal base64 data at input byte ${text.length - (text.length % 4)}`);
  return text;
}

function decodeQuantity(value: unknown): string {
  try {
    return canonicalQuantity((typeof value === 'string' ? value : JSON.stringify(value)).trim());
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
}

function decodeTime(type: ScalarType, value: unknown, place: Place): string {
  if (typeof value !== 'string') throw mismatch(type, value, place);
  try {
    return type.scalar === 'Time' ? normalizeTime(value) : normalizeMicroTime(value);
  } catch (error) {
    if (error instanceof TimeError) throw new DecodeError(error.message);
    throw error;
  }
}

/** `items`, `additionalProperties` and `dependencies` of a JSON schema: a schema, or a list, or a boolean. */
function decodeSchemaUnion(value: unknown, place: Place, unknownFields: string[]): unknown {
  const schema = builtInStruct('apiextensions/v1.JSONSchemaProps');
  const decode = (item: unknown) => (isObject(item) ? decodeStruct(schema, item, place, unknownFields) : item);
  return Array.isArray(value) ? value.map(decode) : decode(value);
}

function itemPlace(parent: Place, step: string | number): Place {
  return { parent, struct: parent.struct, step, isField: false };
}

/** A path as strict decoding prints it: `spec.containers[0].image`. */
function strictPath({ parent, step }: Place): string {
  if (!parent) return String(step);
  return typeof step === 'number' ? `${strictPath(parent)}[${step}]` : `${strictPath(parent)}.${step}`;
}

/** A path as Go's decoder prints it, which names fields only: `spec.containers.image`. */
function goPath({ parent, step, isField }: Place): string {
  if (!parent) return String(step);
  return isField ? `${goPath(parent)}.${step}` : goPath(parent);
}

function mismatch(type: ValueType, value: unknown, place: Place, found = kindOf(value)): DecodeError {
  return new DecodeError(
    `json: cannot unmarshal ${found} into Go struct field ${place.struct.shortName}.${goPath(place)} of type ${type.goName}`,
  );
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
