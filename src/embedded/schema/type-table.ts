/**
 * The built-in kinds as data: facts that `npm run generate:schema` reads off the Kubernetes sources. Types are called by Go package
 * and name, such as `core/v1.PodSpec`.
 */
export interface TypeTable {
  types: Record<string, TypeEntry>;
  /** Name of the type of every kind, by `group/version/kind`; the core group is empty (`/v1/Pod`). */
  kinds: Record<string, string>;
}

export interface TypeEntry {
  /** Fields of a struct, in the order of the Go source. */
  fields?: FieldEntry[];
  /** What a named type that is not a struct stands for, as a type expression. */
  is?: string;
  /** The values that a named string type is documented to take. */
  enum?: string[];
  /** The struct is owned and replaced as a whole (x-kubernetes-map-type: atomic). */
  isAtomic?: true;
}

/**
 * One field: JSON name (empty for an inlined struct), type expression, number in the protobuf message, flags, and what few fields have.
 *
 * A type expression is a scalar (`string`, `bool`, `int32`, `int64`, `float64`, `bytes`, `Time`, `MicroTime`, `Quantity`, `IntOrString`,
 * `RawExtension`, `FieldsV1`, `Duration`, `JSON`), the name of a type, or one of these behind `*` (pointer), `[]` (list) or `{}` (map of strings to).
 *
 * Flags: `e` omitempty, `z` omitzero, `r` required by the OpenAPI document.
 */
export type FieldEntry = [name: string, type: string, number: number, flags?: string, extras?: FieldExtras];

export interface FieldExtras {
  /** The default that the OpenAPI document names, when it is not the zero value. */
  default?: unknown;
  listType?: 'atomic' | 'set' | 'map';
  /** Keys of a list of type map. */
  keys?: string[];
  mapType?: 'atomic' | 'granular';
  /** Strategy and key of a strategic merge patch: `merge`, `replace`, `retainKeys` or `merge,retainKeys`. */
  patch?: string;
  mergeKey?: string;
}
