import type { ServiceName } from '../../../../grader/index.ts';
import { ClusterError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import type { Pod } from '../../../kube/types/core.ts';
import { waitFor } from '../waiting.ts';

/** Where the customer lives: not in a namespace of the lab. */
export const CUSTOMER_NAMESPACE = 'lab-drill';
/** The User-Agent of customers. */
export const CUSTOMER = 'customer';

const POD = 'customer';
/** Any release of the shop: what is used is the Node in it. */
const IMAGE = 'lab/shop:1.0';
const READY_MS = 90_000;
const ASK_EVERY_MS = 250;

/** One answer that the customer got, as it prints it. */
export interface CustomerLine {
  atMs: number;
  outcome: number | string;
  pod?: string;
}

/** Asks production four times a second, each time on a connection of its own, and prints who answered. */
function script({ namespace, name }: ServiceName): string {
  return `
    const { get } = require('node:http');
    const options = { host: '${name}.${namespace}.svc.cluster.local', path: '/', headers: { 'user-agent': '${CUSTOMER}' }, agent: false, timeout: 5000 };
    const ask = () => {
      const atMs = Date.now();
      const tell = (answer) => console.log(JSON.stringify({ atMs, ...answer }));
      const request = get(options, (answer) => {
        answer.resume();
        tell({ outcome: answer.statusCode, pod: answer.headers['x-pod'] });
      });
      request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
      request.on('error', (error) => tell({ outcome: error.code || 'ERROR' }));
    };
    setInterval(ask, ${ASK_EVERY_MS});
    process.on('SIGTERM', () => process.exit(0));`;
}

/** Puts a customer of the Service into the cluster, in place of the one that may be there; answers when it asks. */
export async function sendCustomer(client: KubeClient, production: ServiceName, detail: (text: string) => void): Promise<void> {
  await dismissCustomer(client);
  await orThere(client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CUSTOMER_NAMESPACE } }));
  const container = { name: POD, image: IMAGE, imagePullPolicy: 'IfNotPresent', command: ['node', '-e', script(production)] };
  await client.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD, namespace: CUSTOMER_NAMESPACE },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers: [container] },
  });
  await waitFor({
    what: 'a customer of production',
    withinMs: READY_MS,
    look: async () => {
      const pod = await client.get<Pod>('pods', CUSTOMER_NAMESPACE, POD);
      return pod?.status?.phase === 'Running' || `its pod is ${pod?.status?.phase ?? 'not there'}`;
    },
    detail,
  });
}

/** Path of the log that the customer writes. */
export const CUSTOMER_LOG = `/api/v1/namespaces/${CUSTOMER_NAMESPACE}/pods/${POD}/log?follow=true`;

export async function dismissCustomer(client: KubeClient): Promise<void> {
  await orGone(client.delete('pods', CUSTOMER_NAMESPACE, POD, { gracePeriodSeconds: 0 }));
  await waitFor({
    what: 'the last customer to leave',
    withinMs: READY_MS,
    look: async () => (await client.get('pods', CUSTOMER_NAMESPACE, POD)) === undefined || 'it is still there',
    detail: () => undefined,
  });
}

export async function removeCustomerNamespace(client: KubeClient): Promise<void> {
  await orGone(client.delete('namespaces', undefined, CUSTOMER_NAMESPACE));
}

async function orGone(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof ClusterError) || error.status !== 404) throw error;
  });
}

async function orThere(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof ClusterError) || error.status !== 409) throw error;
  });
}
