import { createHash } from 'node:crypto';
import { subresourcesOf } from '../api/subresources.ts';
import type { ResourceRegistry } from '../api/resource-registry.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import { jsonAnswer } from './answers.ts';
import type { ApiAnswer } from './api-call.ts';
import { groupVersionText, type Discovery, type ServedVersion } from './discovery.ts';

/** The schemas of a group version as OpenAPI v3 components, by component name. */
export type OpenApiSchemas = (group: string, version: string) => Record<string, object>;

const INFO = { title: 'Kubernetes', version: '1.34' };

/**
 * The OpenAPI v3 documents, one per group version, written when they are first asked for.
 * Operations carry what kubectl looks for (kinds, `dryRun`, `fieldValidation`), but no request bodies: kubectl then builds strategic
 * merge patches from its own types, as the merge keys in a document would have to be complete.
 */
export class OpenApi {
  readonly #discovery: Discovery;
  readonly #registry: ResourceRegistry;
  readonly #schemas: OpenApiSchemas;
  readonly #documents = new Map<string, { text: string; hash: string }>();
  #generation = -1;

  constructor(discovery: Discovery, registry: ResourceRegistry, schemas: OpenApiSchemas) {
    this.#discovery = discovery;
    this.#registry = registry;
    this.#schemas = schemas;
  }

  /** GET /openapi/v3 */
  index(): object {
    const paths: Record<string, { serverRelativeURL: string }> = {};
    for (const served of this.#discovery.versions()) {
      const path = documentPath(served);
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${this.#document(served).hash}` };
    }
    return { paths };
  }

  /** The document of a group version as JSON text; undefined when it is not served. */
  document(group: string, version: string): string | undefined {
    const served = this.#discovery.find(group, version);
    return served && this.#document(served).text;
  }

  #document(served: ServedVersion): { text: string; hash: string } {
    if (this.#generation !== this.#registry.generation) {
      this.#generation = this.#registry.generation;
      this.#documents.clear();
    }
    const path = documentPath(served);
    let document = this.#documents.get(path);
    if (!document) {
      const text = JSON.stringify(this.#write(served));
      const hash = createHash('sha256').update(text).digest('hex').toUpperCase();
      this.#documents.set(path, (document = { text, hash }));
    }
    return document;
  }

  #write({ group, version }: ServedVersion): object {
    const paths: Record<string, object> = {};
    for (const { definition } of this.#registry.allServed()) {
      if (definition.group === group && definition.version === version) Object.assign(paths, pathsOf(definition));
    }
    return { openapi: '3.0.0', info: INFO, paths, components: { schemas: this.#schemas(group, version) } };
  }
}

/**
 * GET /openapi/v2: enough for clients that only ask whether there is anything. kubectl does before it applies a List, wants it as a
 * protobuf message, and leaves out the checks of types that it does not find there.
 */
export function openApiV2(accept: string): ApiAnswer {
  if (!accept.includes(V2_MESSAGE)) return jsonAnswer(200, OPENAPI_V2);
  const { swagger, info } = OPENAPI_V2;
  // Numbers of the fields as in openapiv2/OpenAPIv2.proto of gnostic.
  const document = [
    textField(1, swagger),
    field(2, Buffer.concat([textField(1, info.title), textField(2, info.version)])),
    field(8),
    field(9),
  ];
  return { status: 200, headers: { 'content-type': `${V2_MESSAGE}.v1.0+protobuf` }, body: Buffer.concat(document) };
}

const V2_MESSAGE = 'application/com.github.proto-openapi.spec.v2';
const OPENAPI_V2 = { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.34.4' }, paths: {}, definitions: {} };

/** A field of a protobuf message that holds fewer than 128 bytes. */
function field(number: number, content: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}

function textField(number: number, text: string): Buffer {
  return field(number, Buffer.from(text));
}

function documentPath(served: ServedVersion): string {
  return served.group ? `apis/${groupVersionText(served)}` : `api/${served.version}`;
}

function pathsOf(definition: ResourceDefinition): Record<string, object> {
  const root = `/${definition.group ? `apis/${groupVersionText(definition)}` : `api/${definition.version}`}`;
  const collection = `${root}${definition.isNamespaced ? '/namespaces/{namespace}' : ''}/${definition.plural}`;
  const item = `${collection}/{name}`;
  const kind = { group: definition.group, version: definition.version, kind: definition.kind };
  const paths: Record<string, object> = {
    [collection]: {
      get: operation(definition, 'list', kind),
      post: operation(definition, 'post', kind, WRITE_PARAMETERS),
      ...(definition.verbs.includes('deletecollection') && { delete: operation(definition, 'deletecollection', kind) }),
    },
    [item]: {
      get: operation(definition, 'get', kind),
      put: operation(definition, 'put', kind, WRITE_PARAMETERS),
      patch: operation(definition, 'patch', kind, [...WRITE_PARAMETERS, FORCE]),
      delete: operation(definition, 'delete', kind, [DRY_RUN]),
    },
  };
  for (const { name, kind: subKind, group, version, verbs } of subresourcesOf(definition)) {
    const shown = { group: group ?? definition.group, version: version ?? definition.version, kind: subKind };
    const parameters = name === 'status' || name === 'scale' ? WRITE_PARAMETERS : [];
    paths[`${item}/${name}`] = Object.fromEntries(
      verbs.map((verb) => {
        const method = METHODS[verb]!;
        return [method, operation(definition, method, shown, method === 'get' ? [] : parameters, name)];
      }),
    );
  }
  return paths;
}

const METHODS: Record<string, string> = { get: 'get', create: 'post', update: 'put', patch: 'patch', delete: 'delete' };

function queryParameter(name: string, type: string): object {
  return { name, in: 'query', schema: { type, uniqueItems: true } };
}

const DRY_RUN = queryParameter('dryRun', 'string');
const FORCE = queryParameter('force', 'boolean');
const WRITE_PARAMETERS = [DRY_RUN, queryParameter('fieldManager', 'string'), queryParameter('fieldValidation', 'string')];

function operation(
  definition: ResourceDefinition,
  action: string,
  kind: { group: string; version: string; kind: string },
  parameters: readonly object[] = [],
  subresource = '',
): object {
  return {
    operationId: `${action}-${definition.plural}${subresource && `-${subresource}`}-${definition.group || 'core'}-${definition.version}`,
    ...(parameters.length > 0 && { parameters }),
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  };
}
