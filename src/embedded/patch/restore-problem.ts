import { canonicalQuantity } from '../schema/quantity.ts';
import { normalizeMicroTime, normalizeTime } from '../schema/go-time.ts';
import type { ScalarType, ValueType } from '../schema/value-type.ts';
import { isPlainObject } from './plain-object.ts';

/**
 * Why a patched object cannot be turned back into its type, in the words of Go's converter, which are others than those of its JSON decoder.
 * Undefined when it can. Models apimachinery runtime/converter.go.
 */
export function restoreProblem(type: ValueType, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (type.kind) {
    case 'struct':
      if (!isPlainObject(value)) return `cannot restore struct from: ${kindOf(value)}`;
      return firstProblem([...type.fields.values()], (field) =>
        restoreProblem(field.type, Object.hasOwn(value, field.name) ? value[field.name] : null),
      );
    case 'list':
      if (!Array.isArray(value)) return `cannot restore slice from ${kindOf(value)}`;
      return firstProblem(value as unknown[], (item) => restoreProblem(type.element, item));
    case 'map':
      if (!isPlainObject(value)) return `cannot restore map from ${kindOf(value)}`;
      return firstProblem(Object.values(value), (item) => restoreProblem(type.value, item));
    case 'scalar':
      return scalarProblem(type, value);
  }
}

function firstProblem<T>(items: readonly T[], check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The kind that Go's reflection gives to a JSON value. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (isPlainObject(value)) return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function scalarProblem(type: ScalarType, value: unknown): string | undefined {
  const kind = kindOf(value);
  switch (type.scalar) {
    case 'string':
      if (kind === 'string') return undefined;
      return kind === 'int64' ? `cannot convert int64 to ${type.goName}` : 'unrecognized type: string';
    case 'bool':
      return kind === 'bool' ? undefined : 'unrecognized type: bool';
    case 'int32':
    case 'int64':
      if (kind === 'int64') return undefined;
      return kind === 'float64' ? `cannot convert float64 to ${type.goName}` : `unrecognized type: ${type.scalar}`;
    case 'IntOrString':
      return kind === 'string' || kind === 'int64' ? undefined : `json: cannot unmarshal ${jsonKind(value)} into Go value of type int32`;
    case 'Quantity':
      return messageOf(() => canonicalQuantity((typeof value === 'string' ? value : JSON.stringify(value)).trim()));
    case 'Time':
    case 'MicroTime': {
      if (typeof value !== 'string') return `json: cannot unmarshal ${jsonKind(value)} into Go value of type string`;
      return messageOf(() => (type.scalar === 'Time' ? normalizeTime(value) : normalizeMicroTime(value)));
    }
    case 'bytes':
      return kind === 'string' || kind === 'slice' ? undefined : `cannot restore slice from ${kind}`;
    default:
      return undefined;
  }
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function messageOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
