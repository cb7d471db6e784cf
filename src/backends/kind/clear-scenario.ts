import { ClusterError, TimeoutError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { groupResource, splitApiVersion } from '../../kube/resources.ts';
import { listAllObjects } from '../list-all-objects.ts';
import { SYSTEM_NAMESPACES } from './audit-policy.ts';

/** What a cluster makes for itself in every namespace, or all the time. */
const MADE_BY_ITSELF = new Set([
  'Event',
  'Lease',
  'EndpointSlice',
  'Endpoints',
  'ControllerRevision',
  'ComponentStatus',
  'Node',
  'CSINode',
  'APIService',
]);
const GONE_MS = 60_000;
const POLL_MS = 100;

/** Names every object that a lab could come to add to, so that what it added can be told later. */
export async function takeBaseline(client: KubeClient): Promise<string[]> {
  return (await listAllObjects(client))
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
  const added = async (): Promise<KubeObject[]> =>
    (await listAllObjects(client)).filter((object) => !isOwnAffair(object) && !known.has(keyOf(object)));
  const isNamespace = ({ kind }: KubeObject): boolean => kind === 'Namespace';
  const contents = async (): Promise<KubeObject[]> =>
    (await added()).filter((object) => !isNamespace(object) && !comesWithNamespace(object));
  const empty = async (find: () => Promise<KubeObject[]>): Promise<void> => {
    const deadlineMs = performance.now() + GONE_MS;
    for (let left = await find(); left.length > 0; left = await find()) {
      onDetail(`waiting until ${describe(left)} ${left.length === 1 ? 'is' : 'are'} gone`);
      // Why: owners first, so that nothing comes back; a controller may have made something meanwhile all the same.
      for (const isTurn of ORDER) await deleteAll(client, left.filter(isTurn));
      // Why one by one: to list everything costs the cluster more than all else does.
      for (const object of left) {
        while (await isThere(client, object)) {
          if (performance.now() > deadlineMs) throw stays(left);
          await pause(POLL_MS);
        }
      }
    }
  };
  await empty(contents);
  await Promise.all((await added()).filter(isNamespace).map((namespace) => deleteNamespace(client, namespace)));
  await empty(added);
}

/**
 * Deletes a namespace that is empty but for what the cluster itself has put there. Why so: the cluster lets five seconds pass before it
 * looks at a namespace that is to go, and then finds what is found here at once.
 */
async function deleteNamespace(client: KubeClient, { metadata: { name } }: KubeObject): Promise<void> {
  await client.delete('namespaces', undefined, name);
  const left = (await listAllObjects(client)).filter(({ metadata }) => metadata.namespace === name);
  await deleteAll(client, left);
  const namespace = await client.get<KubeObject>('namespaces', undefined, name);
  if (!namespace) return;
  await client.request('PUT', `/api/v1/namespaces/${encodeURIComponent(name)}/finalize`, { ...namespace, spec: { finalizers: [] } });
}

async function isThere(client: KubeClient, object: KubeObject): Promise<boolean> {
  const { namespace, name, uid } = object.metadata;
  const resource = await client.resourceOfKind(object.apiVersion, object.kind);
  const present = resource && (await client.get(groupResource(resource), namespace, name));
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

const TOP = new Set(['Rollout', 'Experiment', 'Deployment', 'StatefulSet', 'DaemonSet', 'CronJob']);
const BELOW = new Set(['ReplicaSet', 'Job', 'AnalysisRun']);
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
      try {
        await client.delete(await resourceOf(client, object), namespace, name, {
          propagationPolicy: 'Background',
          ...(isPod && { gracePeriodSeconds: 0 }),
        });
      } catch (error) {
        if (!(error instanceof ClusterError) || ![404, 409].includes(error.status ?? 0)) throw error;
      }
    }),
  );
}

async function resourceOf(client: KubeClient, { apiVersion, kind }: KubeObject): Promise<string> {
  const resource = await client.resourceOfKind(apiVersion, kind);
  if (!resource) throw new ClusterError(`the cluster does not know the kind ${kind}`, { status: 404 });
  return groupResource(resource);
}

/** What belongs to the cluster and not to a lab. */
function isOwnAffair({ kind, metadata }: KubeObject): boolean {
  return MADE_BY_ITSELF.has(kind) || SYSTEM_NAMESPACES.includes(metadata.namespace ?? '');
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
