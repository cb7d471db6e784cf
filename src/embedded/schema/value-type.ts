import type { FieldExtras, TypeEntry, TypeTable } from './type-table.ts';

/** Names of the scalars that have a JSON form of their own or a Go name that error messages carry. */
export type ScalarName =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'bytes'
  | 'Time'
  | 'MicroTime'
  | 'Quantity'
  | 'IntOrString'
  | 'RawExtension'
  | 'FieldsV1'
  | 'JSON'
  | 'SchemaOrArray'
  | 'SchemaOrBool'
  | 'SchemaOrStrings';

/** The type of a value of a built-in kind. */
export type ValueType = StructType | ListType | MapType | ScalarType;

export interface ScalarType {
  kind: 'scalar';
  scalar: ScalarName;
  /** As Go spells it in error messages: `string`, `v1.PullPolicy`. */
  goName: string;
  enum?: readonly string[];
}

export interface ListType {
  kind: 'list';
  element: ValueType;
  goName: string;
}

/** A map of strings to values. */
export interface MapType {
  kind: 'map';
  value: ValueType;
  goName: string;
}

export interface Field {
  name: string;
  type: ValueType;
  isPointer: boolean;
  omitsEmpty: boolean;
  omitsZero: boolean;
  isRequired: boolean;
  extras: FieldExtras;
  /** Whether the JSON form leaves the field out when it is zero or empty. */
  dropsEmpty: boolean;
}

/** A field of a protobuf message; a field without a JSON name holds a struct whose fields belong to the object itself. */
export interface MessageField {
  name: string;
  type: ValueType;
}

interface Member extends Field {
  number: number;
}

/** A struct of the Kubernetes API. Its fields are resolved when they are first asked for. */
export class StructType {
  readonly kind = 'struct';
  /** Such as `core/v1.PodSpec`. */
  readonly name: string;
  readonly isAtomic: boolean;
  readonly #readMembers: () => Member[];
  #members: Member[] | undefined;
  #fields: Map<string, Field> | undefined;
  #alwaysPresent: Field[] | undefined;
  #message: Map<number, MessageField> | undefined;

  constructor(name: string, isAtomic: boolean, readMembers: () => Member[]) {
    this.name = name;
    this.isAtomic = isAtomic;
    this.#readMembers = readMembers;
  }

  /** The bare name, such as `PodSpec`. */
  get shortName(): string {
    return this.name.slice(this.name.lastIndexOf('.') + 1);
  }

  /** As Go spells it in error messages: `v1.PodSpec`. */
  get goName(): string {
    return this.name.slice(this.name.lastIndexOf('/') + 1);
  }

  /** Fields by JSON name; those of inlined structs are among them. */
  get fields(): ReadonlyMap<string, Field> {
    return (this.#fields ??= new Map(this.#flatten().map((field) => [field.name, field])));
  }

  /** Fields that a JSON form of the struct has even when nothing was set. */
  get alwaysPresent(): readonly Field[] {
    return (this.#alwaysPresent ??= [...this.fields.values()].filter(isAlwaysPresent));
  }

  /** Fields by their number in the protobuf message. */
  get message(): ReadonlyMap<number, MessageField> {
    return (this.#message ??= new Map(this.#all().map((member) => [member.number, { name: member.name, type: member.type }])));
  }

  #all(): Member[] {
    return (this.#members ??= this.#readMembers());
  }

  #flatten(): Field[] {
    return this.#all().flatMap((member) => (member.name === '' ? [...(member.type as StructType).fields.values()] : [member]));
  }
}

const STRUCTS_AMONG_SCALARS: readonly ScalarName[] = ['Time', 'MicroTime', 'Quantity', 'IntOrString', 'RawExtension', 'JSON'];

/** Whether the type is a struct in Go, which omitempty never leaves out. */
export function isGoStruct(type: ValueType): boolean {
  return type.kind === 'struct' || (type.kind === 'scalar' && STRUCTS_AMONG_SCALARS.includes(type.scalar));
}

function isAlwaysPresent({ type, isPointer, omitsEmpty, omitsZero }: Field): boolean {
  return !isPointer && !omitsZero && (!omitsEmpty || isGoStruct(type));
}

/** Turns the names and type expressions of a type table into types; each type is made once. */
export class TypeResolver {
  readonly #table: TypeTable;
  readonly #types = new Map<string, ValueType>();

  constructor(table: TypeTable) {
    this.#table = table;
  }

  /** The type of a kind, or undefined when the table doesn't have it. */
  kindType(group: string, version: string, kind: string): StructType | undefined {
    const key = `${group}/${version}/${kind}`;
    if (!Object.hasOwn(this.#table.kinds, key)) return undefined;
    return this.type(this.#table.kinds[key]!) as StructType;
  }

  /** The type that an expression without a pointer stands for. */
  type(expression: string): ValueType {
    let type = this.#types.get(expression);
    if (!type) this.#types.set(expression, (type = this.#make(expression)));
    return type;
  }

  #make(expression: string): ValueType {
    if (expression.startsWith('*')) return this.type(expression.slice(1));
    if (expression.startsWith('[]')) {
      const element = this.type(expression.slice(2));
      return { kind: 'list', element, goName: `[]${element.goName}` };
    }
    if (expression.startsWith('{}')) {
      const value = this.type(expression.slice(2));
      return { kind: 'map', value, goName: `map[string]${value.goName}` };
    }
    if (!expression.includes('/')) return { kind: 'scalar', scalar: expression as ScalarName, goName: goNameOfScalar(expression) };
    const entry = this.#table.types[expression]!;
    return entry.fields ? new StructType(expression, entry.isAtomic ?? false, () => this.#members(entry)) : this.#named(expression, entry);
  }

  #named(name: string, entry: TypeEntry): ValueType {
    const type = this.type(entry.is!);
    if (type.kind === 'struct') return type;
    return { ...type, goName: name.slice(name.lastIndexOf('/') + 1), ...(entry.enum && { enum: entry.enum }) };
  }

  #members(entry: TypeEntry): Member[] {
    return entry.fields!.map(([name, type, number, flags = '', extras = {}]) => {
      const isPointer = type.startsWith('*');
      const omitsEmpty = flags.includes('e');
      return {
        name,
        number,
        type: this.type(type),
        isPointer,
        omitsEmpty,
        omitsZero: flags.includes('z'),
        isRequired: flags.includes('r'),
        extras,
        dropsEmpty: dropsEmpty(this.type(type), isPointer, omitsEmpty),
      };
    });
  }
}

/** Lists and maps come back from storage as absent when they are empty, whatever their tag says; the tag alone decides for scalars. */
function dropsEmpty(type: ValueType, isPointer: boolean, omitsEmpty: boolean): boolean {
  if (isPointer || isGoStruct(type)) return false;
  return type.kind !== 'scalar' || omitsEmpty;
}

function goNameOfScalar(scalar: string): string {
  if (scalar === 'bytes') return '[]uint8';
  if (scalar === 'IntOrString') return 'int32';
  if (scalar === 'Time' || scalar === 'MicroTime') return 'string';
  return scalar;
}
