import { ClusterError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import { groupResource } from '../../kube/resources.ts';
import type { KubeObject } from '../../kube/types/meta.ts';

export const ROLLOUTS_NAMESPACE = 'argo-rollouts';
const FIELD_MANAGER = 'lab';
/** A kind that was only just defined is not served at once. */
const NOT_SERVED_YET_MS = 200;

/** Installs Argo Rollouts by server-side apply, for some of its definitions are too large for the annotation of the other kind. */
export async function installRollouts(
  client: KubeClient,
  objects: readonly KubeObject[],
  onDetail: (text: string) => void,
  pause: (delayMs: number) => Promise<void>,
): Promise<void> {
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ROLLOUTS_NAMESPACE } };
  const [definitions, others] = partition(objects, ({ kind }) => kind === 'CustomResourceDefinition');
  await applyOne(client, namespace, pause);
  for (const group of [definitions, others]) {
    let done = 0;
    await Promise.all(
      group.map(async (object) => {
        await applyOne(client, object, pause);
        onDetail(`${++done} of ${group.length}: ${object.kind} ${object.metadata.name}`);
      }),
    );
  }
}

async function applyOne(client: KubeClient, object: KubeObject, pause: (delayMs: number) => Promise<void>): Promise<void> {
  const resource = await client.resourceOfKind(object.apiVersion, object.kind);
  if (!resource) throw new ClusterError(`the cluster does not know the kind of ${object.kind} ${object.metadata.name}`);
  const namespace = resource.isNamespaced ? (object.metadata.namespace ?? ROLLOUTS_NAMESPACE) : undefined;
  const body = { ...object, metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) } };
  for (let attempt = 1; ; attempt++) {
    try {
      await client.patch(
        groupResource(resource),
        namespace,
        object.metadata.name,
        { type: 'apply', body },
        { fieldManager: FIELD_MANAGER, force: true },
      );
      return;
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
