import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILTIN_RESOURCES } from '../../api/builtin-resources.ts';
import { equalJson } from '../../../system/json.ts';
import type { FieldEntry, FieldExtras, TypeEntry, TypeTable } from '../type-table.ts';
import { GoPackages, MODULES, openApiName, type Declaration } from './go-packages.ts';
import type { GoField } from './go-source.ts';

/** Kinds that clients send or receive without their being stored, by `group/version/kind`. */
const TRANSIENT_KINDS: Record<string, string> = {
  '/v1/Binding': 'core/v1.Binding',
  '/v1/DeleteOptions': 'meta/v1.DeleteOptions',
  '/v1/Status': 'meta/v1.Status',
  'meta.k8s.io/v1/PartialObjectMetadata': 'meta/v1.PartialObjectMetadata',
  'autoscaling/v1/Scale': 'autoscaling/v1.Scale',
  'autoscaling/v1/HorizontalPodAutoscaler': 'autoscaling/v1.HorizontalPodAutoscaler',
  'policy/v1/Eviction': 'policy/v1.Eviction',
  'events.k8s.io/v1/Event': 'events/v1.Event',
  'authentication.k8s.io/v1/TokenRequest': 'authentication/v1.TokenRequest',
  'authentication.k8s.io/v1/TokenReview': 'authentication/v1.TokenReview',
  'authentication.k8s.io/v1/SelfSubjectReview': 'authentication/v1.SelfSubjectReview',
  'authorization.k8s.io/v1/SubjectAccessReview': 'authorization/v1.SubjectAccessReview',
  'authorization.k8s.io/v1/LocalSubjectAccessReview': 'authorization/v1.LocalSubjectAccessReview',
  'authorization.k8s.io/v1/SelfSubjectAccessReview': 'authorization/v1.SelfSubjectAccessReview',
  'authorization.k8s.io/v1/SelfSubjectRulesReview': 'authorization/v1.SelfSubjectRulesReview',
};

/** A type of the OpenAPI v3 documents, as far as the data needs it. */
interface OpenApiType {
  properties?: Record<string, OpenApiProperty>;
  required?: string[];
  'x-kubernetes-map-type'?: string;
  /** Borrowed from the type that inlines this one, so it names more properties. */
  isLent?: true;
}

interface OpenApiProperty {
  default?: unknown;
  'x-kubernetes-list-type'?: FieldExtras['listType'];
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: FieldExtras['mapType'];
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
}

/** Reads every type that the built-in kinds are made of. Throws where the Go sources and the OpenAPI documents disagree about a type's fields. */
export function readBuiltInTypes(moduleCache: string): TypeTable {
  const packages = new GoPackages(moduleCache);
  const kinds = kindTypes();
  const openApi = readOpenApi(moduleCache, Object.keys(kinds));
  const types: Record<string, TypeEntry> = {};
  const pending = Object.values(kinds);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (types[name]) continue;
    const declaration = packages.declaration(name);
    if (declaration.struct) lendSchemaToInlined(declaration, openApi.get(openApiName(name)), openApi);
    const entry = declaration.struct ? structEntry(name, declaration, openApi) : namedEntry(declaration);
    types[name] = entry;
    pending.push(...referencesOf(entry));
  }
  for (const [name, entry] of Object.entries(types)) refuseDisagreement(name, entry, { types, openApi });
  return { kinds, types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function kindTypes(): Record<string, string> {
  const kinds: Record<string, string> = {};
  for (const { group, version, kind } of BUILTIN_RESOURCES) {
    kinds[`${group}/${version}/${kind}`] = `${group.split('.')[0] || 'core'}/${version}.${kind}`;
  }
  return { ...kinds, ...TRANSIENT_KINDS };
}

function readOpenApi(moduleCache: string, kinds: readonly string[]): Map<string, OpenApiType> {
  const documents = new Set(kinds.map((kind) => kind.replace(/\/\w+$/, '')).filter((document) => !document.startsWith('meta.k8s.io/')));
  const types = new Map<string, OpenApiType>();
  for (const groupVersion of documents) {
    const file = groupVersion.startsWith('/') ? `api__${groupVersion.slice(1)}` : `apis__${groupVersion.replace('/', '__')}`;
    const path = join(moduleCache, MODULES.kubernetes, 'api/openapi-spec/v3', `${file}_openapi.json`);
    const document = JSON.parse(readFileSync(path, 'utf8')) as { components: { schemas: Record<string, OpenApiType> } };
    for (const [name, type] of Object.entries(document.components.schemas)) types.set(name, type);
  }
  return types;
}

function structEntry(name: string, { struct, resolve }: Declaration, openApi: ReadonlyMap<string, OpenApiType>): TypeEntry {
  const schema = openApi.get(openApiName(name));
  const fields = struct!.fields.map((field) => fieldEntry(field, resolve(field.type), schema));
  const isAtomic = schema?.['x-kubernetes-map-type'] === 'atomic' || struct!.markers.get('structType')?.[0] === 'atomic';
  return { fields, ...(isAtomic && { isAtomic }) };
}

function fieldEntry(field: GoField, type: string, schema: OpenApiType | undefined): FieldEntry {
  const flags = [field.omitsEmpty && 'e', field.omitsZero && 'z', schema?.required?.includes(field.json) && 'r'].filter(Boolean);
  const extras = extrasOf(schema?.properties?.[field.json]);
  const entry: FieldEntry = [field.json, type, field.protobufNumber ?? 0];
  if (flags.length > 0 || extras) entry.push(flags.join(''));
  if (extras) entry.push(extras);
  return entry;
}

function extrasOf(property: OpenApiProperty | undefined): FieldExtras | undefined {
  if (!property) return undefined;
  const value = property.default;
  const hasDefault = value !== undefined && ![{}, '', 0, false].some((zero) => equalJson(zero, value));
  const extras: FieldExtras = {
    ...(hasDefault && { default: value }),
    ...(property['x-kubernetes-list-type'] && { listType: property['x-kubernetes-list-type'] }),
    ...(property['x-kubernetes-list-map-keys'] && { keys: property['x-kubernetes-list-map-keys'] }),
    ...(property['x-kubernetes-map-type'] && { mapType: property['x-kubernetes-map-type'] }),
    ...(property['x-kubernetes-patch-strategy'] && { patch: property['x-kubernetes-patch-strategy'] }),
    ...(property['x-kubernetes-patch-merge-key'] && { mergeKey: property['x-kubernetes-patch-merge-key'] }),
  };
  return Object.keys(extras).length > 0 ? extras : undefined;
}

function namedEntry({ named, resolve }: Declaration): TypeEntry {
  const isEnum = named!.markers.has('enum');
  return { is: resolve(named!.type), ...(isEnum && { enum: [...named!.constants].sort() }) };
}

/** Inlined structs that the OpenAPI documents don't name are described where they are inlined. */
function lendSchemaToInlined({ struct, resolve }: Declaration, schema: OpenApiType | undefined, openApi: Map<string, OpenApiType>): void {
  if (!schema) return;
  for (const field of struct!.fields.filter(({ isInline }) => isInline)) {
    const inlined = openApiName(resolve(field.type));
    if (!openApi.has(inlined)) openApi.set(inlined, { ...schema, isLent: true });
  }
}

/** Both sources must name the same properties. */
function refuseDisagreement(
  name: string,
  entry: TypeEntry,
  known: { types: Record<string, TypeEntry>; openApi: Map<string, OpenApiType> },
): void {
  const schema = known.openApi.get(openApiName(name));
  if (!entry.fields || !schema || schema.isLent) return;
  const inGo = propertyNames(entry, known.types).sort();
  const inOpenApi = Object.keys(schema.properties ?? {}).sort();
  if (!equalJson(inGo, inOpenApi)) throw new Error(`${name}: Go has ${inGo.join()}; OpenAPI has ${inOpenApi.join()}`);
}

function propertyNames(entry: TypeEntry, types: Record<string, TypeEntry>): string[] {
  return entry.fields!.flatMap(([json, type]) => (json === '' ? propertyNames(types[type]!, types) : [json]));
}

function referencesOf(entry: TypeEntry): string[] {
  const expressions = entry.fields ? entry.fields.map(([, type]) => type) : [entry.is!];
  const names = expressions.map((expression) => expression.replace(/^(\*|\[\]|\{\})+/, ''));
  const references = names.filter((name) => name.includes('/'));
  return names.some((name) => name.startsWith('SchemaOr')) ? [...references, 'apiextensions/v1.JSONSchemaProps'] : references;
}
