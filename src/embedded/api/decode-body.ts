import type { KubeObject } from '../../kube/types/meta.ts';
import { cloneJson } from '../../system/json.ts';
import { builtInKind } from '../schema/builtin-types.ts';
import type { KindSchema } from '../schema/kind-schema.ts';
import { badRequest, invalid } from './api-error.ts';
import type { ApiRequest } from './request.ts';
import { apiVersionOf, groupOf, type ResourceDefinition } from './resource.ts';

/**
 * Reads a body as an object of the request's kind, in the form that it is served in; answers it in stored form. Fields that the kind
 * does not have are dropped, and refused or warned of as the request wants it. Throws 400, for a custom object of another kind 422.
 */
export function decodeBody(
  schemaOf: (definition: ResourceDefinition) => KindSchema | undefined,
  request: ApiRequest,
  body: KubeObject,
): KubeObject {
  const definition = request.served?.definition ?? request.definition;
  requireKind(definition, body);
  const schema = schemaOf(definition);
  const typed = { ...body, apiVersion: apiVersionOf(definition), kind: definition.kind, metadata: body.metadata ?? {} };
  const { object, unknownFields } = schema ? schema.decode(typed) : { object: cloneJson(typed), unknownFields: [] };
  reportFields(request, definition, unknownFields);
  return request.served?.conversion?.toStored(object) ?? object;
}

function requireKind(definition: ResourceDefinition, body: KubeObject): void {
  if (definition.isBuiltIn) requireBuiltInKind(definition, body);
  else requireCustomKind(definition, body);
}

/** What a built-in kind's body leaves unsaid is taken to be right. Models apimachinery runtime/serializer/versioning. */
function requireBuiltInKind(definition: ResourceDefinition, body: Partial<KubeObject>): void {
  const expected = apiVersionOf(definition);
  const { kind = definition.kind, apiVersion = expected } = body;
  if ((kind || definition.kind) === definition.kind && (apiVersion || expected) === expected) return;
  const version = apiVersion.replace(/^.*\//, '');
  const isRegistered = builtInKind(groupOf({ apiVersion }), version, kind) !== undefined;
  const problem = isRegistered
    ? `converting (${version}.${kind}) to (${internalPackage(definition)}.${definition.kind}): unknown conversion`
    : `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:110"`;
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${definition.kind}: ${problem}`);
}

function internalPackage({ group }: ResourceDefinition): string {
  return group === '' ? 'core' : group.split('.')[0]!;
}

function requireCustomKind(definition: ResourceDefinition, { kind = '', apiVersion = '', metadata }: Partial<KubeObject>): void {
  const expected = apiVersionOf(definition);
  if (apiVersion !== expected) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${expected})`);
  }
  if (kind === definition.kind) return;
  throw invalid({ group: definition.group, kind }, metadata?.name ?? '', [
    { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(kind)}: must be ${definition.kind}`, field: 'kind' },
  ]);
}

function reportFields(request: ApiRequest, { kind, version }: ResourceDefinition, unknownFields: readonly string[]): void {
  const { duplicateFields = [], fieldValidation } = request;
  if (fieldValidation === 'Ignore' || unknownFields.length + duplicateFields.length === 0) return;
  const messages = [
    ...duplicateFields.map((path) => `duplicate field "${path}"`),
    ...unknownFields.map((path) => `unknown field "${path}"`),
  ];
  if (fieldValidation === 'Strict') {
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${messages.join(', ')}`);
  }
  for (const message of messages) request.warn?.(message);
}
