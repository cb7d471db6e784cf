import { readFile } from 'node:fs/promises';
import { ClusterError, LabError } from '../../errors.ts';
import { KubeClient } from '../../kube/client.ts';
import { HttpsTransport } from '../../kube/https-transport.ts';
import { accessFromKubeconfig, type ClusterAccess } from '../../kube/kubeconfig.ts';
import type { Deployment } from '../../kube/types/workloads.ts';
import type { Docker, Watched } from '../../system/docker.ts';
import { readIfThere } from '../../system/files.ts';
import type { ClusterPlaces } from './cluster-record.ts';
import { ARGO_ROLLOUTS } from './install-manifest.ts';
import { PatientTransport } from './patient-transport.ts';
import { waitFor } from './waiting.ts';

const API_MS = 3 * 60_000;
/** Whether kube-proxy has written a rule for an address, whichever way it writes them. */
const HAS_RULE = '(iptables-save || nft list ruleset) 2>/dev/null | grep -qwF -- "$1"';
const READY_MS = 4 * 60_000;

/** A client of the cluster; undefined when there is no kubeconfig of it that makes sense. */
export async function clientOf({ kubeconfig }: Pick<ClusterPlaces, 'kubeconfig'>): Promise<KubeClient | undefined> {
  const text = await readIfThere(kubeconfig);
  if (text === undefined) return undefined;
  try {
    return (await clientFrom(text)).client;
  } catch (error) {
    if (error instanceof LabError) return undefined;
    throw error;
  }
}

/** A client of the cluster that a kubeconfig leads to. Rejects with EnvironmentError when it makes no sense. */
export async function clientFrom(kubeconfig: string): Promise<{ client: KubeClient; access: ClusterAccess }> {
  const access = await accessFromKubeconfig(kubeconfig, { readFile: (path) => readFile(path, 'utf8') });
  return { client: new KubeClient(new PatientTransport(new HttpsTransport(access))), access };
}

/** Whether the API server answers that it is well. */
export async function answers(client: KubeClient): Promise<boolean> {
  return (await whyNoAnswer(client)) === undefined;
}

async function whyNoAnswer(client: KubeClient): Promise<string | undefined> {
  try {
    const { status } = await client.transport.send({ method: 'GET', path: '/readyz', headers: {}, signal: AbortSignal.timeout(5_000) });
    return status === 200 ? undefined : `it says ${status}`;
  } catch (error) {
    if (error instanceof ClusterError) return error.message;
    throw error;
  }
}

export async function waitForApi(client: KubeClient, detail: (text: string) => void, node: string, signal?: AbortSignal): Promise<void> {
  await waitFor({
    what: 'the API server',
    withinMs: API_MS,
    look: async () => (await whyNoAnswer(client)) ?? true,
    detail,
    ...(signal && { signal }),
    hint: `See \`docker logs ${node}\`, or type \`lab stop --delete\` and start again for a new cluster.`,
  });
}

/** An API server refuses the administrator of a new cluster until kubeadm has told it who that is. */
export async function waitUntilTrusted(client: KubeClient, { onDetail, signal }: Required<Watched>): Promise<void> {
  await waitFor({
    what: 'the API server',
    withinMs: API_MS,
    look: async () => (await client.get('namespaces', undefined, 'default')) !== undefined || 'it has no namespaces yet',
    detail: onDetail,
    signal,
  });
}

/**
 * Waits until pods reach the API server, which they do by the address of its Service, and which needs kube-proxy. Why: the controller of Argo
 * Rollouts ends when it does not, and is started again only ten seconds later.
 */
export async function waitUntilServicesWork(
  { client, docker, node }: { client: KubeClient; docker: Docker; node: string },
  { onDetail, signal }: Required<Watched>,
): Promise<void> {
  await waitFor({
    what: 'Services',
    withinMs: READY_MS,
    look: async () => {
      const service = await client.get('services', 'default', 'kubernetes');
      const { clusterIP } = service?.['spec'] as { clusterIP: string };
      const { exitCode } = await docker.exec(node, ['sh', '-c', HAS_RULE, 'sh', clusterIP]);
      return exitCode === 0 || 'the API server has no address for pods yet';
    },
    detail: onDetail,
    signal,
  });
}

/** Waits until pods can run and Argo Rollouts is at work. */
export async function waitUntilAtWork(
  { client, docker, node }: { client: KubeClient; docker: Docker; node: string },
  detail: (text: string) => void,
): Promise<void> {
  await waitFor({
    what: 'the node',
    withinMs: READY_MS,
    look: async () => {
      const { items } = await client.list('nodes');
      const isReady = items.some(({ status }) =>
        (status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions?.some(
          (condition) => condition.type === 'Ready' && condition.status === 'True',
        ),
      );
      return isReady || 'it is not ready';
    },
    detail,
  });
  await waitFor({
    what: 'Argo Rollouts',
    withinMs: READY_MS,
    look: async () => {
      const saidMs = await lastSaidMs(client);
      if (saidMs !== undefined) {
        const isFresh = (await nodeTimeMs(docker, node)) - saidMs < AT_WORK_MS;
        return isFresh || 'its controller does not say that it is there';
      }
      const deployment = await client.get<Deployment>('deployments.apps', ARGO_ROLLOUTS.namespace, 'argo-rollouts');
      return (deployment?.status?.availableReplicas ?? 0) > 0 || 'its controller is not ready';
    },
    detail,
    hint: `See \`kubectl get pods --namespace ${ARGO_ROLLOUTS.namespace}\`.`,
  });
}

/** Since when a controller that is at work has certainly said so. */
const AT_WORK_MS = 5_000;

/** When the controller last said that it is at work, which it does every two seconds, and long before its pod counts as ready. */
async function lastSaidMs(client: KubeClient): Promise<number | undefined> {
  const lease = await client.get('leases.coordination.k8s.io', ARGO_ROLLOUTS.namespace, 'argo-rollouts-controller-lock');
  const renewTime = (lease?.['spec'] as { renewTime?: string } | undefined)?.renewTime;
  return renewTime === undefined ? undefined : Date.parse(renewTime);
}

/** What time it is for the API server, which takes down when things were written. */
export async function nodeTimeMs(docker: Docker, node: string): Promise<number> {
  const { stdout } = await docker.exec(node, ['date', '+%s%3N']);
  return Number(stdout.trim());
}
