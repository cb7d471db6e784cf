import { builtinTypesJson } from './data/builtin-types.ts';
import type { TypeTable } from './type-table.ts';
import { TypeResolver, type StructType } from './value-type.ts';

let table: TypeTable | undefined;
let resolver: TypeResolver | undefined;

function builtInTable(): TypeTable {
  return (table ??= JSON.parse(builtinTypesJson) as TypeTable);
}

function builtInResolver(): TypeResolver {
  return (resolver ??= new TypeResolver(builtInTable()));
}

/** The type of a built-in kind; undefined for kinds that the server doesn't know. */
export function builtInKind(group: string, version: string, kind: string): StructType | undefined {
  return builtInResolver().kindType(group, version, kind);
}

/** A struct of the API by Go package and name, such as `core/v1.PodTemplateSpec`; the name must exist. */
export function builtInStruct(name: string): StructType {
  return builtInResolver().type(name) as StructType;
}

/** Every kind of a group version, the transient ones (`Eviction`, `TokenRequest`) included, as name and type. */
export function builtInKindsOf(group: string, version: string): { kind: string; type: StructType }[] {
  const prefix = `${group}/${version}/`;
  const keys = Object.keys(builtInTable().kinds).filter((key) => key.startsWith(prefix));
  return keys.map((key) => ({ kind: key.slice(prefix.length), type: builtInResolver().type(builtInTable().kinds[key]!) as StructType }));
}
