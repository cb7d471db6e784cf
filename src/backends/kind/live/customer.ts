import { randomBytes } from 'node:crypto';
import type { DrillPlan, ServiceName } from '../../../../grader/index.ts';
import { ClusterError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import type { Pod } from '../../../kube/types/core.ts';
import { waitFor } from '../waiting.ts';

/** Where the customer lives: not in a namespace of the lab. */
const CUSTOMER_NAMESPACE = 'lab-drill';
/** The User-Agent of customers. */
export const CUSTOMER = 'customer';

/** Any release of the shop: what is used is the Node in it. */
const IMAGE = 'lab/shop:1.0';
const READY_MS = 90_000;
const ASK_EVERY_MS = 250;

/** One answer that the customer got, as it prints it. */
export interface CustomerLine {
  atMs: number;
  /** The page that was asked for. */
  path: string;
  outcome: number | string;
  pod?: string;
}

/** Asks production for its front page, and for other pages, four times a second, each time on a connection of its own, and prints who answered. */
function script({ namespace, name }: ServiceName, visits: readonly string[]): string {
  return `
    const { get } = require('node:http');
    const options = { host: '${name}.${namespace}.svc.cluster.local', headers: { 'user-agent': '${CUSTOMER}' }, agent: false, timeout: 5000 };
    const ask = (path) => {
      const atMs = Date.now();
      const tell = (answer) => console.log(JSON.stringify({ atMs, path, ...answer }));
      const request = get({ ...options, path }, (answer) => {
        answer.resume();
        tell({ outcome: answer.statusCode, pod: answer.headers['x-pod'] });
      });
      request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
      request.on('error', (error) => tell({ outcome: error.code || 'ERROR' }));
    };
    setInterval(() => ${JSON.stringify(['/', ...visits])}.forEach(ask), ${ASK_EVERY_MS});
    process.on('SIGTERM', () => process.exit(0));`;
}

/** A customer who asks. */
export interface SentCustomer {
  /** Path of the log that the customer writes. */
  logPath: string;
  dismiss(): Promise<void>;
}

/** Puts a customer of production into the cluster, who visits the plan's pages as well; answers when it asks. */
export async function sendCustomer(
  client: KubeClient,
  { production, visits = [] }: Pick<DrillPlan, 'production' | 'visits'>,
  detail: (text: string) => void,
): Promise<SentCustomer> {
  // Why: a name that was used a moment ago is not free on the node for a while.
  const pod = `customer-${randomBytes(3).toString('hex')}`;
  await waitFor({
    what: 'the customers of the last check to leave',
    withinMs: READY_MS,
    look: async () => {
      const namespace = await client.get('namespaces', undefined, CUSTOMER_NAMESPACE);
      return namespace?.metadata.deletionTimestamp === undefined || 'their namespace is still there';
    },
    detail,
  });
  await orThere(client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CUSTOMER_NAMESPACE } }));
  const container = {
    name: 'customer',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', script(production, visits)],
  };
  await client.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, namespace: CUSTOMER_NAMESPACE },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers: [container] },
  });
  await waitFor({
    what: 'a customer of production',
    withinMs: READY_MS,
    look: async () => {
      const found = await client.get<Pod>('pods', CUSTOMER_NAMESPACE, pod);
      return found?.status?.phase === 'Running' || `its pod is ${found?.status?.phase ?? 'not there'}`;
    },
    detail,
  });
  return {
    logPath: `/api/v1/namespaces/${CUSTOMER_NAMESPACE}/pods/${pod}/log?follow=true`,
    dismiss: () => orGone(client.delete('pods', CUSTOMER_NAMESPACE, pod, { gracePeriodSeconds: 0 })),
  };
}

/** Where the customers ask from. */
export async function customerAddresses(client: KubeClient): Promise<string[]> {
  const { items } = await client.list<Pod>('pods', { namespace: CUSTOMER_NAMESPACE });
  return items.flatMap(({ status }) => (status?.podIP ? [status.podIP] : []));
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
