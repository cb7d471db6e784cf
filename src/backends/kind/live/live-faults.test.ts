import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PretendDocker, PretendKind } from '../../../../tests/support/pretend-machine.ts';
import { ServedCluster } from '../../../../tests/support/served-cluster.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { LiveFaults } from './live-faults.ts';

const CUSTOMER_IP = '10.244.0.21';
const SCANNER_IP = '10.244.0.22';
const ADDRESS = '10.96.7.7';
const OTHER_ADDRESS = '10.96.7.8';

let served: ServedCluster;
let scripts: string[];
let faults: LiveFaults;

beforeEach(async () => {
  served = await ServedCluster.start();
  scripts = [];
  const docker = new PretendDocker();
  docker.execute = (_node, words) => {
    scripts.push(words.at(-1)!);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  faults = new LiveFaults({
    docker,
    kind: new PretendKind(),
    client: served.client,
    cluster: { name: 'lab', node: 'lab-control-plane' },
    production: { namespace: 'lab', name: 'shop-active' },
  });
  for (const name of ['lab', 'lab-drill']) await create('namespaces', { kind: 'Namespace', metadata: { name } });
  await createService('shop-active', ADDRESS);
  await createService('shop-preview', OTHER_ADDRESS);
});

afterEach(async () => {
  await served.stop();
});

async function create(resource: string, object: Omit<KubeObject, 'apiVersion'> & Record<string, unknown>): Promise<void> {
  await served.client.create(resource, { apiVersion: 'v1', ...object } as KubeObject);
}

async function createService(name: string, clusterIP: string): Promise<void> {
  await create('services', { kind: 'Service', metadata: { name, namespace: 'lab' }, spec: { clusterIP, ports: [{ port: 80 }] } });
}

async function createPod(name: string, podIP?: string): Promise<void> {
  const metadata = { name, namespace: 'lab-drill' };
  await create('serviceaccounts', { kind: 'ServiceAccount', metadata: { ...metadata, name: 'default' } }).catch(() => undefined);
  await create('pods', { kind: 'Pod', metadata, spec: { containers: [{ name: 'customer', image: 'lab/shop:1.0' }] } });
  const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }] };
  if (podIP) await served.client.patch('pods', 'lab-drill', name, { type: 'merge', body: { status } }, { subresource: 'status' });
}

const POD_IP = '10.244.0.30';

/** What becomes of a connection: both what is asked and what is answered have to get through. */
function fateOf({ from, to }: { from: string; to: string }): 'refused' | 'let through' {
  const packets = [
    { source: from, direction: 'ORIGINAL' },
    { source: POD_IP, direction: 'REPLY' },
  ];
  return packets.some(({ source, direction }) => isRejected({ source, direction, to })) ? 'refused' : 'let through';
}

/** What the node's rules, in the order in which they end up, do with a packet of a connection to an address. */
function isRejected(packet: { source: string; direction: string; to: string }): boolean {
  const rules: string[] = [];
  for (const [, at, rule] of scripts.join(';').matchAll(/iptables -([IA]) LAB-DRILL (.*?)(?= && | 2>|;|$)/g)) {
    if (at === 'I') rules.unshift(rule!.replace(/^1 /, ''));
    else rules.push(rule!);
  }
  const matches = (rule: string, option: string, value: string): boolean => {
    const [, wanted = value] = new RegExp(`${option} (\\S+)`).exec(rule) ?? [];
    return wanted === value;
  };
  const { source, direction, to } = packet;
  const rule = rules.find((text) => matches(text, '-s', source) && matches(text, '--ctdir', direction) && matches(text, '--ctorigdst', to));
  return rule?.includes('-j REJECT') ?? false;
}

describe('a Service that a drill on a real cluster cuts off', () => {
  it('is out of reach for pods, and not for the customer', async () => {
    await createPod('customer-1', CUSTOMER_IP);
    await faults.break({ unreachable: { service: 'shop-active' } });
    expect(fateOf({ from: SCANNER_IP, to: ADDRESS })).toBe('refused');
    expect(fateOf({ from: CUSTOMER_IP, to: ADDRESS })).toBe('let through');
    expect(fateOf({ from: SCANNER_IP, to: OTHER_ADDRESS })).toBe('let through');
  });

  it('stays within reach of the customer when another one is cut off as well', async () => {
    await createPod('customer-1', CUSTOMER_IP);
    await faults.break({ unreachable: { service: 'shop-active' } });
    await faults.break({ unreachable: { service: 'shop-preview' } });
    for (const to of [ADDRESS, OTHER_ADDRESS]) {
      expect(fateOf({ from: CUSTOMER_IP, to })).toBe('let through');
      expect(fateOf({ from: SCANNER_IP, to })).toBe('refused');
    }
  });

  it('is cut off when there is no customer, or one that has no address yet', async () => {
    await createPod('customer-1');
    await faults.break({ unreachable: { service: 'shop-active' } });
    expect(fateOf({ from: CUSTOMER_IP, to: ADDRESS })).toBe('refused');
  });

  it('has to be there', async () => {
    await expect(faults.break({ unreachable: { service: 'nobody' } })).rejects.toThrow('there is no Service nobody to cut off');
    expect(scripts).toEqual([]);
  });
});
