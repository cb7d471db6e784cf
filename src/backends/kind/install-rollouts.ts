import { ClusterError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import { groupResource } from '../../kube/resources.ts';
import type { KubeObject } from '../../kube/types/meta.ts';

export const ROLLOUTS_NAMESPACE = 'argo-rollouts';
const FIELD_MANAGER = 'lab';
/** A kind that was only just defined is not served at once. */
const NOT_SERVED_YET_MS = 200;

/** What an object was when it was applied, by its key: as long as that is so, nobody has changed what it asks for. */
export type Applied = Record<string, string>;

/** Installs Argo Rollouts by server-side apply, for some of its definitions are too large for the annotation of the other kind. */
export async function installRollouts(
  client: KubeClient,
  objects: readonly KubeObject[],
  onDetail: (text: string) => void,
  pause: (delayMs: number) => Promise<void>,
): Promise<Applied> {
  const applied: Applied = {};
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ROLLOUTS_NAMESPACE } };
  const [definitions, others] = partition(objects, ({ kind }) => kind === 'CustomResourceDefinition');
  await applyOne(client, namespace, pause);
  for (const group of [definitions, others]) {
    let done = 0;
    await Promise.all(
      group.map(async (object) => {
        applied[keyOf(object)] = stampOf(await applyOne(client, object, pause));
        onDetail(`${++done} of ${group.length}: ${object.kind} ${object.metadata.name}`);
      }),
    );
  }
  return applied;
}

/** Applies again what is no longer as it was applied. */
export async function restoreRollouts(
  client: KubeClient,
  objects: readonly KubeObject[],
  applied: Applied,
  onDetail: (text: string) => void,
  pause: (delayMs: number) => Promise<void>,
): Promise<void> {
  const isChanged = await Promise.all(objects.map(async (object) => applied[keyOf(object)] !== (await presentStamp(client, object))));
  const changed = objects.filter((_object, index) => isChanged[index]);
  if (changed.length > 0) await installRollouts(client, changed, onDetail, pause);
}

async function presentStamp(client: KubeClient, object: KubeObject): Promise<string | undefined> {
  const resource = await client.resourceOfKind(object.apiVersion, object.kind);
  if (!resource) return undefined;
  const present = await client.get(groupResource(resource), namespaceFor(object, resource.isNamespaced), object.metadata.name);
  return present && stampOf(present);
}

/** The generation counts changes of what is asked for; kinds that have none change in nothing else. */
function stampOf({ metadata: { uid, generation, resourceVersion } }: KubeObject): string {
  return `${uid} ${generation ?? resourceVersion}`;
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function namespaceFor({ metadata }: KubeObject, isNamespaced: boolean): string | undefined {
  return isNamespaced ? (metadata.namespace ?? ROLLOUTS_NAMESPACE) : undefined;
}

async function applyOne(client: KubeClient, object: KubeObject, pause: (delayMs: number) => Promise<void>): Promise<KubeObject> {
  const resource = await client.resourceOfKind(object.apiVersion, object.kind);
  if (!resource) throw new ClusterError(`the cluster does not know the kind of ${object.kind} ${object.metadata.name}`);
  const namespace = namespaceFor(object, resource.isNamespaced);
  const body = { ...object, metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) } };
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.patch(
        groupResource(resource),
        namespace,
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
