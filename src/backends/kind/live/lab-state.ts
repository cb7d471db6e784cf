import { setTimeout } from 'node:timers/promises';
import type { ClusterObject, ClusterReader } from '../../../../grader/index.ts';
import { ClusterError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import { groupResource } from '../../../kube/resources.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { listAllObjects } from '../../list-all-objects.ts';

/** What a cluster makes for itself and makes again. */
const DERIVED = new Set(['Event', 'EndpointSlice', 'Endpoints', 'Pod', 'Lease', 'ControllerRevision']);
const REVISION_ANNOTATIONS = ['rollout.argoproj.io/revision', 'rollout.argoproj.io/revision-history'];

/** Everything in the namespaces of a lab, as it was at one moment. */
export interface LabState {
  namespaces: string[];
  objects: KubeObject[];
}

export async function takeState(client: KubeClient, namespaces: readonly string[]): Promise<LabState> {
  const objects = (await listAllObjects(client)).filter(({ metadata }) => namespaces.includes(metadata.namespace ?? ''));
  return { namespaces: [...namespaces], objects };
}

/** A cluster as it was at one moment, for the grader. */
export async function readerOf(client: KubeClient, objects: readonly KubeObject[]): Promise<ClusterReader> {
  const byResource = new Map<string, KubeObject[]>();
  for (const object of objects) {
    const resource = await resourceOf(client, object);
    if (resource !== undefined) byResource.set(resource, [...(byResource.get(resource) ?? []), object]);
  }
  const list = (resource: string, namespace?: string): ClusterObject[] =>
    (byResource.get(resource) ?? []).filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  return {
    get: (resource, namespace, name) => Promise.resolve(list(resource, namespace).find(({ metadata }) => metadata.name === name)),
    list: (resource, namespace) => Promise.resolve(list(resource, namespace)),
  };
}

/** Puts back what people have written: what was changed is changed back, what is new goes, what is gone comes again. Rollouts are left alone. */
export async function restoreObjects(client: KubeClient, state: LabState): Promise<void> {
  const now = await takeState(client, state.namespaces);
  const wanted = new Map(state.objects.filter(isWritten).map((object) => [keyOf(object), object]));
  const present = new Map(now.objects.filter(isWritten).map((object) => [keyOf(object), object]));
  for (const [key, object] of present) if (!wanted.has(key)) await remove(client, object);
  for (const [key, object] of wanted) await putBack(client, object, present.get(key));
}

/** Takes away runs, Jobs and ReplicaSets that came since, and gives the remaining ReplicaSets their revisions back. */
export async function restoreFamilies(client: KubeClient, state: LabState): Promise<void> {
  const uids = new Set(state.objects.map(({ metadata }) => metadata.uid));
  const { objects } = await takeState(client, state.namespaces);
  const added = objects.filter(({ kind, metadata }) => ['AnalysisRun', 'Job', 'ReplicaSet'].includes(kind) && !uids.has(metadata.uid));
  for (const object of added) await remove(client, object);
  for (const before of state.objects.filter(({ kind }) => kind === 'ReplicaSet' || kind === 'Rollout')) {
    const resource = (await resourceOf(client, before))!;
    const { namespace, name } = before.metadata;
    const current = await client.get(resource, namespace, name);
    if (current?.metadata.uid !== before.metadata.uid) continue;
    const annotations = Object.fromEntries(REVISION_ANNOTATIONS.map((key) => [key, before.metadata.annotations?.[key] ?? null]));
    const isSame = REVISION_ANNOTATIONS.every((key) => before.metadata.annotations?.[key] === current?.metadata.annotations?.[key]);
    if (!isSame) await client.patch(resource, namespace, name, { type: 'merge', body: { metadata: { annotations } } });
  }
}

async function putBack(client: KubeClient, wanted: KubeObject, present: KubeObject | undefined): Promise<void> {
  const resource = await resourceOf(client, wanted);
  if (resource === undefined || (present && equalJson(essence(wanted), essence(present)))) return;
  const { resourceVersion: _version, uid: _uid, ...metadata } = cloneJson(wanted.metadata);
  for (let attempt = 1; ; attempt++) {
    try {
      if (!present) await client.create(resource, { ...cloneJson(wanted), metadata });
      else {
        const current = await client.get(resource, metadata.namespace, metadata.name);
        const resourceVersion = current?.metadata.resourceVersion;
        await client.update(resource, {
          ...cloneJson(wanted),
          metadata: { ...metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
        });
      }
      return;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status !== 409 || attempt === 10) throw error;
      await setTimeout(100);
    }
  }
}

async function remove(client: KubeClient, object: KubeObject): Promise<void> {
  const resource = await resourceOf(client, object);
  if (resource === undefined) return;
  try {
    await client.delete(resource, object.metadata.namespace, object.metadata.name, { propagationPolicy: 'Background' });
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status !== 404) throw error;
  }
}

/** What people write, and not what controllers make of it. */
function isWritten({ kind, metadata }: KubeObject): boolean {
  return kind !== 'Rollout' && !DERIVED.has(kind) && !metadata.ownerReferences?.some(({ controller }) => controller);
}

/** The parts of an object that people write. Services are pointed at pods by the controller. */
function essence(object: KubeObject): unknown {
  const { metadata, status: _status, ...rest } = object;
  const { labels = {}, annotations = {} } = metadata;
  const spec = object.kind === 'Service' ? { ...(rest['spec'] as object), selector: undefined } : rest['spec'];
  return { ...rest, ...(spec !== undefined && { spec }), metadata: { labels, annotations } };
}

async function resourceOf(client: KubeClient, { apiVersion, kind }: KubeObject): Promise<string | undefined> {
  const resource = await client.resourceOfKind(apiVersion, kind);
  return resource && groupResource(resource);
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
