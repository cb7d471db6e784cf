import { ClusterError, TimeoutError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { groupResource, splitApiVersion } from '../../kube/resources.ts';
import { listableResources, listObjectsOf, type ListableResource } from '../list-all-objects.ts';
import { SYSTEM_NAMESPACES } from './audit-policy.ts';

/** What a cluster makes for itself in every namespace, or all the time. */
const MADE_BY_ITSELF = new Set(['Event', 'Lease', 'EndpointSlice', 'Endpoints', 'ControllerRevision', 'Node', 'CSINode', 'APIService']);
const GONE_MS = 60_000;
const POLL_MS = 100;

/** Names every object that a lab could come to add to, so that what it added can be told later. */
export async function takeBaseline(client: KubeClient): Promise<string[]> {
  const objects = await listObjectsOf(client, (await listableResources(client)).filter(isKept));
  return objects
    .filter((object) => !isOwnAffair(object))
    .map(keyOf)
    .sort();
}

/**
 * Takes away everything that was not there when the baseline was taken, and waits until it is gone. Why namespaces come last: one that
 * is deleted with something in it is looked at again only after a while.
 */
export async function clearScenario(
  client: KubeClient,
  baseline: readonly string[],
  onDetail: (text: string) => void,
  pause: (delayMs: number) => Promise<void>,
): Promise<void> {
  const known = new Set(baseline);
  const everything = await listableResources(client);
  const resources = everything.filter(isKept);
  const added = async (): Promise<KubeObject[]> =>
    (await listObjectsOf(client, resources)).filter((object) => !isOwnAffair(object) && !known.has(keyOf(object)));
  const deadlineMs = performance.now() + GONE_MS;
  const remove = async (objects: readonly KubeObject[]): Promise<void> => {
    if (objects.length === 0) return;
    onDetail(`waiting until ${describe(objects)} ${objects.length === 1 ? 'is' : 'are'} gone`);
    // Why: owners first, so that nothing comes back.
    for (const isTurn of ORDER) await deleteAll(client, objects.filter(isTurn));
    for (const object of objects) {
      while (await isThere(client, object)) {
        if (performance.now() > deadlineMs) throw stays(objects);
        await pause(POLL_MS);
      }
    }
  };
  // Why again and again: a controller may have made something meanwhile.
  for (let left = await added(); left.length > 0; left = await added()) {
    const namespaces = left.filter(({ kind }) => kind === 'Namespace');
    const goesWith = new Set(namespaces.map(({ metadata }) => metadata.name));
    const isLater = (object: KubeObject): boolean =>
      object.kind === 'Namespace' || (comesWithNamespace(object) && goesWith.has(object.metadata.namespace!));
    await remove(left.filter((object) => !isLater(object)));
    await Promise.all(namespaces.map((namespace) => deleteNamespace(client, namespace, everything)));
    await remove(namespaces);
  }
}

/**
 * Deletes a namespace that is empty but for what the cluster itself has put there. Why so: the cluster lets five seconds pass before it
 * looks at a namespace that is to go, and then finds what is found here at once.
 */
async function deleteNamespace(
  client: KubeClient,
  { metadata: { name } }: KubeObject,
  resources: readonly ListableResource[],
): Promise<void> {
  await client.delete('namespaces', undefined, name);
  const namespaced = resources.filter(({ isNamespaced }) => isNamespaced);
  await deleteAll(client, await listObjectsOf(client, namespaced, { namespace: name }));
  const namespace = await client.get<KubeObject>('namespaces', undefined, name);
  if (!namespace) return;
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}/finalize`;
  await unlessGone(() => client.request('PUT', path, { ...namespace, spec: { finalizers: [] } }));
}

/** What is gone, with its kind or alone, or has just been written by whoever takes it away, is as well off. */
async function unlessGone<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ClusterError) || ![404, 409].includes(error.status ?? 0)) throw error;
    return undefined;
  }
}

async function isThere(client: KubeClient, object: KubeObject): Promise<boolean> {
  const { namespace, name, uid } = object.metadata;
  const present = await unlessGone(async () => client.get(await resourceOf(client, object), namespace, name));
  return present?.metadata.uid === uid;
}

function stays(left: readonly KubeObject[]): TimeoutError {
  return new TimeoutError(`${describe(left)} did not go within ${GONE_MS / 1000} s`, {
    hint: 'See what keeps it (`kubectl describe`), or type `lab stop --delete` and `lab start` for a new cluster.',
  });
}

/** What every namespace has, and gets again when it is taken away. */
function comesWithNamespace({ kind, metadata }: KubeObject): boolean {
  return (kind === 'ServiceAccount' && metadata.name === 'default') || (kind === 'ConfigMap' && metadata.name === 'kube-root-ca.crt');
}

const TOP = new Set(['Rollout', 'Experiment', 'Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'PipelineRun']);
const BELOW = new Set(['ReplicaSet', 'Job', 'AnalysisRun', 'TaskRun']);
const ORDER: readonly ((object: KubeObject) => boolean)[] = [
  ({ kind }) => TOP.has(kind),
  ({ kind }) => BELOW.has(kind),
  ({ kind }) => !TOP.has(kind) && !BELOW.has(kind),
];

async function deleteAll(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  await Promise.all(
    objects.map(async (object) => {
      const { namespace, name } = object.metadata;
      const isPod = object.kind === 'Pod';
      const options = { propagationPolicy: 'Background' as const, ...(isPod && { gracePeriodSeconds: 0 }) };
      await unlessGone(async () => client.delete(await resourceOf(client, object), namespace, name, options));
    }),
  );
}

async function resourceOf(client: KubeClient, { apiVersion, kind }: KubeObject): Promise<string> {
  const resource = await client.resourceOfKind(apiVersion, kind);
  if (!resource) throw new ClusterError(`the cluster does not know the kind ${kind}`, { status: 404 });
  return groupResource(resource);
}

function isKept({ kind }: ListableResource): boolean {
  return !MADE_BY_ITSELF.has(kind);
}

/** What is in a namespace in which only the cluster itself is at work. */
function isOwnAffair({ metadata }: KubeObject): boolean {
  return SYSTEM_NAMESPACES.includes(metadata.namespace ?? '');
}

/** `Rollout.argoproj.io lab/shop`. */
function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  const { group } = splitApiVersion(apiVersion);
  return `${kind}${group ? `.${group}` : ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function describe(objects: readonly KubeObject[]): string {
  const [first] = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return objects.length === 1 ? first! : `${objects.length} objects, ${first} among them,`;
}
