import { ClusterError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import { groupResource } from '../../kube/resources.ts';
import type { KubeObject } from '../../kube/types/meta.ts';

const FIELD_MANAGER = 'lab';
/** A kind that was only just defined is not served at once. */
const NOT_SERVED_YET_MS = 200;

/** What an object was when it was applied, by its key: as long as that is so, nobody has changed what it asks for. */
export type Applied = Record<string, string>;

/** How a manifest is applied. */
export interface Application {
  /** The namespace of what is not said to be in another one. */
  namespace: string;
  onDetail: (text: string) => void;
  pause: (delayMs: number) => Promise<void>;
}

/** Applies the objects of a manifest by server-side apply, for some definitions are too large for the annotation of the other kind. */
export async function applyManifest(client: KubeClient, objects: readonly KubeObject[], application: Application): Promise<Applied> {
  const applied: Applied = {};
  const isFirst = ({ kind }: KubeObject): boolean => kind === 'Namespace' || kind === 'CustomResourceDefinition';
  for (const group of partition(objects, isFirst)) {
    let done = 0;
    await Promise.all(
      group.map(async (object) => {
        applied[keyOf(object)] = stampOf(await applyOne(client, object, application));
        application.onDetail(`${++done} of ${group.length}: ${object.kind} ${object.metadata.name}`);
      }),
    );
  }
  return applied;
}

/** Applies again what is no longer as it was applied. */
export async function restoreManifest(
  client: KubeClient,
  objects: readonly KubeObject[],
  applied: Applied,
  application: Application,
): Promise<void> {
  const present = await stampsOf(client, objects, application.namespace);
  const changed = objects.filter((object) => applied[keyOf(object)] !== present[keyOf(object)]);
  if (changed.length > 0) await applyManifest(client, changed, application);
}

/** What the objects of a manifest are now, as far as they are there. */
export async function stampsOf(client: KubeClient, objects: readonly KubeObject[], namespace: string): Promise<Applied> {
  const stamps = await Promise.all(objects.map((object) => presentStamp(client, object, namespace)));
  return Object.fromEntries(objects.flatMap((object, index) => (stamps[index] === undefined ? [] : [[keyOf(object), stamps[index]]])));
}

async function presentStamp(client: KubeClient, object: KubeObject, namespace: string): Promise<string | undefined> {
  const resource = await client.resourceOfKind(object.apiVersion, object.kind);
  if (!resource) return undefined;
  const place = resource.isNamespaced ? (object.metadata.namespace ?? namespace) : undefined;
  const present = await client.get(groupResource(resource), place, object.metadata.name);
  return present && stampOf(present);
}

/** The generation counts changes of what is asked for; kinds that have none change in nothing else. */
function stampOf({ metadata: { uid, generation, resourceVersion } }: KubeObject): string {
  return `${uid} ${generation ?? resourceVersion}`;
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

async function applyOne(client: KubeClient, object: KubeObject, { namespace, pause }: Application): Promise<KubeObject> {
  const resource = await client.resourceOfKind(object.apiVersion, object.kind);
  if (!resource) throw new ClusterError(`the cluster does not know the kind of ${object.kind} ${object.metadata.name}`);
  const place = resource.isNamespaced ? (object.metadata.namespace ?? namespace) : undefined;
  const body = { ...object, metadata: { ...object.metadata, ...(place !== undefined && { namespace: place }) } };
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.patch(
        groupResource(resource),
        place,
        object.metadata.name,
        { type: 'apply', body },
        { fieldManager: FIELD_MANAGER, force: true },
      );
    } catch (error) {
      const mayPass = error instanceof ClusterError && [404, 409, 429, 500, 503].includes(error.status ?? 0);
      if (!mayPass || attempt === 10) throw error;
      await pause(NOT_SERVED_YET_MS * attempt);
    }
  }
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
