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

/** Takes away everything that was not there when the baseline was taken, and waits until it is gone. */
export async function clearScenario(
  client: KubeClient,
  baseline: readonly string[],
  onDetail: (text: string) => void,
  pause: (delayMs: number) => Promise<void>,
): Promise<void> {
  const known = new Set(baseline);
  const findAdded = async (): Promise<KubeObject[]> =>
    (await listAllObjects(client)).filter((object) => !isOwnAffair(object) && !known.has(keyOf(object)));
  const added = await findAdded();
  const namespaces = new Set(added.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const isInside = ({ metadata }: KubeObject): boolean => metadata.namespace !== undefined && namespaces.has(metadata.namespace);

  // Why: owners first, so that nothing comes back; pods without grace, for nobody is served any more.
  await deleteAll(
    client,
    added.filter(({ kind }) => kind === 'Rollout' || kind === 'Experiment'),
  );
  await deleteAll(
    client,
    added.filter((object) => isInside(object) && OWNERS.has(object.kind)),
  );
  await deleteAll(
    client,
    added.filter(({ kind }) => kind === 'Pod'),
  );
  await deleteAll(
    client,
    added.filter((object) => !isInside(object) && object.kind !== 'Pod' && object.kind !== 'Rollout'),
  );

  const deadlineMs = performance.now() + GONE_MS;
  for (;;) {
    const left = await findAdded();
    if (left.length === 0) return;
    onDetail(`waiting until ${describe(left)} ${left.length === 1 ? 'is' : 'are'} gone`);
    if (performance.now() > deadlineMs)
      throw new TimeoutError(`${describe(left)} did not go within ${GONE_MS / 1000} s`, {
        hint: 'See what keeps them (`kubectl describe`), or type `lab stop --delete` and `lab start` for a new cluster.',
      });
    await deleteAll(
      client,
      left.filter(({ kind }) => kind === 'Pod'),
    );
    await pause(POLL_MS);
  }
}

const OWNERS = new Set(['ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'AnalysisRun']);

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
