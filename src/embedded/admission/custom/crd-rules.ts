import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { checkSchemaStructure } from '../../schema/schema-structure.ts';
import { equalJson } from '../../../system/json.ts';
import { checkImmutable, checkSupported } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1035Label, dns1123Subdomain } from '../name-problems.ts';

/** A CustomResourceDefinition as clients write it. */
export interface CustomResourceDefinition extends KubeObject {
  spec: {
    group?: string;
    scope?: string;
    names: { plural?: string; singular?: string; kind?: string; listKind?: string; shortNames?: string[]; categories?: string[] };
    versions?: CrdVersion[];
    conversion?: { strategy?: string };
    preserveUnknownFields?: boolean;
  };
  status?: {
    conditions?: { type: string; status: string }[] | null;
    acceptedNames?: Record<string, unknown>;
    storedVersions?: string[] | null;
  };
}

export interface CrdVersion {
  name: string;
  served?: boolean;
  storage?: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: JsonSchema };
  subresources?: { status?: object; scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string } };
  additionalPrinterColumns?: Record<string, unknown>[];
  selectableFields?: { jsonPath: string }[];
}

/** Rules for CustomResourceDefinitions. Models apiextensions v1/defaults.go, validation and registry/customresourcedefinition. */
export const crdRules: KindRules<CustomResourceDefinition> = {
  requiresResourceVersion: true,
  completeDefaults({ spec }) {
    const { names } = spec;
    if (names.kind) {
      names.singular ||= names.kind.toLowerCase();
      names.listKind ||= `${names.kind}List`;
    }
    spec.conversion ??= { strategy: 'None' };
  },
  prepareForCreate(draft) {
    rememberStoredVersion(draft);
  },
  prepareForUpdate(draft) {
    rememberStoredVersion(draft);
  },
  validate(draft, previous) {
    const { spec } = draft;
    const requiredName = `${spec.names.plural ?? ''}.${spec.group ?? ''}`;
    const nameProblems = (name: string) => [
      ...dns1123Subdomain(name),
      ...(name === requiredName ? [] : ['must be spec.names.plural+"."+spec.group']),
    ];
    return [
      ...checkMetadata(draft, previous, nameProblems),
      ...checkGroup(spec.group),
      ...checkSupported('spec.scope', spec.scope ?? '', ['Cluster', 'Namespaced']),
      ...checkVersions(spec.versions ?? []),
      ...checkNames(spec.names),
      ...checkSchemas(spec.versions ?? []),
      ...checkStoredVersions(draft),
      ...checkApproval(draft),
      ...(spec.preserveUnknownFields ? [cannotPreserve()] : []),
      ...(previous ? checkUpdate(draft, previous) : []),
    ];
  },
};

/** The version that objects are stored in stays on record. */
function rememberStoredVersion(draft: CustomResourceDefinition): void {
  const storage = draft.spec.versions?.find((version) => version.storage)?.name;
  const status = (draft.status = { ...draft.status });
  const stored = status.storedVersions ?? [];
  if (storage !== undefined && !stored.includes(storage)) status.storedVersions = [...stored, storage];
}

function checkGroup(group: string | undefined): StatusCause[] {
  const field = 'spec.group';
  if (!group) return [requiredValue(field)];
  const problems = dns1123Subdomain(group);
  if (problems.length > 0) return [invalidValue(field, group, problems.join(','))];
  return group.includes('.') ? [] : [invalidValue(field, group, 'should be a domain with at least one dot')];
}

function checkVersions(versions: readonly CrdVersion[]): StatusCause[] {
  const names = versions.map(({ name }) => name);
  const label = (field: string, name: string) => dns1035Label(name).map((problem) => invalidValue(field, name, problem));
  const isUnique = new Set(names).size === names.length;
  return [
    ...versions.flatMap(({ schema }, index) =>
      schema?.openAPIV3Schema ? [] : [requiredValue(`spec.versions[${index}].schema.openAPIV3Schema`)],
    ),
    ...names.flatMap((name, index) => label(`spec.versions[${index}].name`, name)),
    ...(isUnique ? [] : [invalidValue('spec.versions', internalVersions(versions), 'must contain unique version names')]),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalidValue('spec.versions', internalVersions(versions), 'must have exactly one version marked as storage version')]),
    ...(names[0] === undefined ? [] : label('spec.version', names[0])),
  ];
}

/** Why: the server quotes its internal form of the versions, whose schemas stand elsewhere when they are all the same. */
function internalVersions(versions: readonly CrdVersion[]): Record<string, unknown>[] {
  return versions.map(({ name, served = false, storage = false, deprecated = false, deprecationWarning }) => ({
    Name: name,
    Served: served,
    Storage: storage,
    Deprecated: deprecated,
    DeprecationWarning: deprecationWarning ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  }));
}

function checkNames({
  plural,
  singular,
  kind,
  listKind,
  shortNames = [],
  categories = [],
}: CustomResourceDefinition['spec']['names']): StatusCause[] {
  const field = 'spec.names';
  const mixed = 'may have mixed case, but should otherwise match: ';
  const check = (place: string, text: string | undefined, tested = text, prefix = '') =>
    text ? problemsOf(`${field}.${place}`, text, dns1035Label(tested!), prefix) : [];
  const missing = Object.entries({ plural, singular, kind, listKind }).filter(([, value]) => !value);
  return [
    ...missing.map(([name]) => requiredValue(`${field}.${name}`)),
    ...check('plural', plural),
    ...check('singular', singular),
    ...check('kind', kind, kind?.toLowerCase(), mixed),
    ...check('listKind', listKind, listKind?.toLowerCase(), mixed),
    ...shortNames.flatMap((name, index) => check(`shortNames[${index}]`, name)),
    ...(kind && kind === listKind ? [invalidValue(`${field}.listKind`, listKind, 'kind and listKind may not be the same')] : []),
    ...categories.flatMap((name, index) => check(`categories[${index}]`, name)),
  ];
}

function problemsOf(field: string, value: string, problems: string[], prefix: string): StatusCause[] {
  return problems.length === 0 ? [] : [invalidValue(field, value, prefix + problems.join(','))];
}

/** Why: schemas that are the same in every version are reported once, on the old place for all of them. */
function checkSchemas(versions: readonly CrdVersion[]): StatusCause[] {
  const schemas = versions.map(({ schema }) => schema?.openAPIV3Schema);
  const [first] = schemas;
  if (first && schemas.every((schema) => equalJson(schema, first))) return checkSchemaStructure('spec.validation.openAPIV3Schema', first);
  return schemas.flatMap((schema, index) => (schema ? checkSchemaStructure(`spec.versions[${index}].schema.openAPIV3Schema`, schema) : []));
}

function checkStoredVersions({ spec, status }: CustomResourceDefinition): StatusCause[] {
  const field = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  const versions = spec.versions ?? [];
  if (stored.length === 0) return [invalidValue(field, status?.storedVersions ?? null, 'must have at least one stored version')];
  const missing = versions.filter(({ name, storage }) => storage && !stored.includes(name));
  return [
    ...missing.map(({ name }) => invalidValue(field, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, index) => {
      if (versions.some((version) => version.name === name)) return [];
      const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
      return [invalidValue(`${field}[${index}]`, name, detail)];
    }),
  ];
}

const APPROVAL = 'api-approved.kubernetes.io';

/** Groups of the Kubernetes project itself need its approval. */
function checkApproval({ metadata, spec }: CustomResourceDefinition): StatusCause[] {
  const isProtected = /(?:^|\.)(?:k8s\.io|kubernetes\.io)$/.test(spec.group ?? '');
  if (!isProtected || metadata.annotations?.[APPROVAL]) return [];
  const detail = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [requiredValue(`metadata.annotations[${APPROVAL}]`, detail)];
}

function cannotPreserve(): StatusCause {
  const detail = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return invalidValue('spec.preserveUnknownFields', true, detail);
}

function checkUpdate({ spec, status }: CustomResourceDefinition, { spec: before }: CustomResourceDefinition): StatusCause[] {
  const isEstablished = status?.conditions?.some(({ type, status: state }) => type === 'Established' && state === 'True') ?? false;
  return [
    ...(isEstablished ? checkImmutable('spec.scope', spec.scope !== before.scope, spec.scope) : []),
    ...(isEstablished ? checkImmutable('spec.names.kind', spec.names.kind !== before.names.kind, spec.names.kind) : []),
    ...checkImmutable('spec.group', spec.group !== before.group, spec.group),
    ...checkImmutable('spec.names.plural', spec.names.plural !== before.names.plural, spec.names.plural),
  ];
}

/** Rules for objects of custom kinds: what every object has. Models apiextensions registry/customresource/validator.go. */
export const customResourceRules: KindRules = {
  validate: (draft, previous) => checkMetadata(draft, previous, dns1123Subdomain),
};
