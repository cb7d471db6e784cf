import type { KubeObject } from '../../../kube/types/meta.ts';
import { threeWayMergePatch } from '../../../system/three-way-merge.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { KubectlError, ServerRefusal } from './kubectl-error.ts';
import { readManifests, type ManifestObject } from './manifests.ts';
import { pathOf, shownName } from './resource-types.ts';
import type { KubectlSession, Target } from './session.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MANAGER = 'fieldManager=kubectl-client-side-apply';
const STRICT = 'fieldValidation=Strict';
const MERGE_PATCH = 'application/merge-patch+json';

type JsonObject = Record<string, unknown>;

/** `kubectl apply -f`: brings objects to what the files say, and takes away what they no longer say. A refusal does not keep the others from being tried. */
export function* apply(session: KubectlSession): Task<number> {
  return yield* forEachObject(session, applyObject);
}

/** `kubectl create -f`. */
export function* create(session: KubectlSession): Task<number> {
  return yield* forEachObject(session, function* (target, object) {
    const created = yield* session.api.request<KubeObject>('POST', collectionOf(target), { body: object });
    yield* tell(session, target, created, 'created');
  });
}

/** `kubectl replace -f`. */
export function* replace(session: KubectlSession): Task<number> {
  return yield* forEachObject(session, function* (target, object) {
    yield* tell(session, target, yield* session.api.request<KubeObject>('PUT', target.path, { body: object }), 'replaced');
  });
}

function* forEachObject(
  session: KubectlSession,
  act: (target: Target, object: KubeObject, session: KubectlSession) => Task<void>,
): Task<number> {
  let status = 0;
  for (const manifest of yield* readManifests(session)) {
    try {
      const target = yield* targetOf(session, manifest);
      const { namespace } = target;
      const metadata = { ...manifest.object.metadata, ...(namespace !== undefined && { namespace }) };
      yield* act(target, { ...manifest.object, metadata }, session);
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      status = 1;
      yield* session.context.writeError(`${told(error, manifest)}\n`);
    }
  }
  return status;
}

function told(error: KubectlError, { file, object }: ManifestObject): string {
  if (!(error instanceof ServerRefusal)) return `error: ${error.message}`;
  const why = error.message.replace(/^Error from server( \([^)]*\))?: /, '');
  const isAboutObject = error.reason !== 'Forbidden' && error.reason !== 'AlreadyExists' && error.reason !== 'Invalid';
  return isAboutObject
    ? `Error from server${error.reason ? ` (${error.reason})` : ''}: error when applying "${file}": ${why}`
    : errorWhen(error, file, object, why);
}

function errorWhen(error: ServerRefusal, file: string, object: KubeObject, why: string): string {
  if (error.reason === 'Invalid') return `The ${object.kind} "${object.metadata.name}" is invalid: ${why.replace(/^[^:]*: /, '')}`;
  return `Error from server (${error.reason}): error when creating "${file}": ${why}`;
}

function* targetOf(session: KubectlSession, { object, file }: ManifestObject): Task<Target> {
  const type = yield* session.types.byKind(object.apiVersion, object.kind, file);
  const asked = session.flags.get('namespace');
  const own = object.metadata.namespace;
  if (type.isNamespaced && asked !== undefined && own !== undefined && own !== asked) {
    throw new KubectlError(
      `the namespace from the provided object "${own}" does not match the namespace "${asked}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return session.target(type, object.metadata.name ?? '', own ?? session.namespace);
}

function* applyObject(target: Target, object: KubeObject, session: KubectlSession): Task<void> {
  const wanted = withLastApplied(object);
  const current = yield* session.api.find<KubeObject>(target.path);
  if (!current) {
    const created = yield* session.api.request<KubeObject>('POST', `${collectionOf(target)}?${MANAGER}&${STRICT}`, { body: wanted });
    yield* tell(session, target, created, 'created');
    return;
  }
  const patch = threeWayMergePatch(lastAppliedOf(current), wanted, current);
  if (Object.keys(patch).length === 0) {
    yield* tell(session, target, current, 'unchanged');
    return;
  }
  const options = { body: patch, contentType: MERGE_PATCH };
  const patched = yield* session.api.request<KubeObject>('PATCH', `${target.path}?${MANAGER}&${STRICT}`, options);
  const isSame = patched.metadata.resourceVersion === current.metadata.resourceVersion;
  yield* tell(session, target, patched, isSame ? 'unchanged' : 'configured');
}

function* tell(session: KubectlSession, { type }: Target, object: KubeObject, outcome: string): Task<void> {
  const name = shownName(type, object.metadata.name);
  yield* session.print(session.flags.get('output') === 'name' ? name : `${name} ${outcome}`);
}

function collectionOf({ type, namespace }: Target): string {
  return pathOf(type, namespace);
}

function withLastApplied(object: KubeObject): JsonObject {
  const { [LAST_APPLIED]: _previous, ...annotations } = object.metadata.annotations ?? {};
  const plain = { ...object, metadata: { ...object.metadata, annotations } };
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${goJson(plain)}\n` } } };
}

function lastAppliedOf({ metadata }: KubeObject): JsonObject {
  try {
    const value: unknown = JSON.parse(metadata.annotations?.[LAST_APPLIED] ?? '{}');
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** As Go writes JSON: keys in order, and what HTML could stumble over escaped. */
function goJson(value: unknown): string {
  const text = JSON.stringify(sorted(value));
  return text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
