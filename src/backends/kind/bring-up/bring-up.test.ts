import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KindLab, tinyConfig } from '../../../../tests/support/kind-lab.ts';
import { PretendNode } from '../../../../tests/support/pretend-node.ts';
import { CommandError, EnvironmentError } from '../../../errors.ts';
import { readRecord } from '../cluster-record.ts';
import { clientFrom } from '../node-access.ts';

/** Called by a planting that gets stuck. */
let planted: () => void;
let lab: KindLab;

beforeEach(async () => {
  lab = await KindLab.open();
});

afterEach(() => lab.close());

const forever = (): Promise<never> => new Promise(() => undefined);

describe('a cluster that is brought up', () => {
  it('installs Argo Rollouts while kind is still at work on the cluster', async () => {
    const make = lab.kind.onCreate;
    lab.kind.onCreate = async (options) => {
      await make(options);
      const [{ kubeconfig }] = lab.nodes as [PretendNode];
      lab.kind.kubeconfigSoFar = kubeconfig;
      const { client } = await clientFrom(kubeconfig);
      await vi.waitUntil(() => client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts'), { timeout: 60_000 });
      client.close();
    };
    expect((await lab.start()).greeting).toBeDefined();
    expect(await readRecord(lab.places)).toMatchObject({ stage: 'planted', containerId: 'container-1' });
  });

  it('installs Argo Rollouts once more when the cluster it was let into is not the one that kind has made', async () => {
    const stray = await PretendNode.start();
    lab.kind.kubeconfigSoFar = stray.kubeconfig;
    expect((await lab.start()).kubeconfig).toBe(lab.nodes[0]!.kubeconfig);
    const { client } = await clientFrom(lab.nodes[0]!.kubeconfig);
    expect(await client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts')).toBeDefined();
    client.close();
    await stray.stop();
  });

  it('installs Argo Rollouts afterwards when the cluster it was let into vanishes', async () => {
    const stray = await PretendNode.start();
    lab.kind.kubeconfigSoFar = stray.kubeconfig;
    const make = lab.kind.onCreate;
    lab.kind.onCreate = async (options) => {
      await stray.stop();
      await make(options);
    };
    expect((await lab.start()).greeting).toBeDefined();
  });

  it.each(['before', 'while'])('gives up at once when kind fails %s Argo Rollouts is installed', { timeout: 20_000 }, async (when) => {
    const stray = await PretendNode.start();
    lab.kind.kubeconfigSoFar = stray.kubeconfig;
    lab.kind.onCreate = async () => {
      const { client } = await clientFrom(stray.kubeconfig);
      if (when === 'while') await vi.waitUntil(() => client.get('namespaces', undefined, 'argo-rollouts'), { timeout: 10_000 });
      client.close();
      throw new EnvironmentError('kind is out of luck');
    };
    await expect(lab.start()).rejects.toThrow('kind is out of luck');
    await stray.stop();
  });

  it('starts Argo Rollouts only once pods reach the API server', async () => {
    let seen: unknown = 'never looked';
    lab.docker.execute = async (_container, words) => {
      const isAsked = words.some((word) => word.includes('iptables-save'));
      if (!isAsked || seen === undefined) return { exitCode: 0, stdout: String(Date.now()), stderr: '' };
      const { client } = await clientFrom(lab.nodes[0]!.kubeconfig);
      seen = await client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts');
      client.close();
      return { exitCode: 1, stdout: '', stderr: '' };
    };
    expect((await lab.start()).greeting).toBeDefined();
    expect(seen).toBeUndefined();
  });

  it('loads the images once more when another node takes the place of the one that has them', async () => {
    const make = lab.kind.onCreate;
    let loads = 0;
    const loaded = new Promise<void>((resolve) => {
      lab.kind.onLoad = () => {
        if (++loads === 2) resolve();
        return Promise.resolve();
      };
    });
    lab.kind.onCreate = async (options) => {
      lab.addContainer();
      await loaded;
      await make(options);
    };
    expect((await lab.start()).greeting).toBeDefined();
    expect(loads).toBe(4);
    expect(await readRecord(lab.places)).toMatchObject({ containerId: 'container-2' });
  });

  it('waits for another node when the one that takes images is on its way out', async () => {
    const make = lab.kind.onCreate;
    const gone = new CommandError('Docker failed', { commandLine: 'docker exec', ending: 'container not running', output: '' });
    const refused = new Promise<void>((resolve) => {
      lab.docker.execute = (_container, words) => {
        if (words[0] === 'ctr' && lab.nodes.length === 0) {
          resolve();
          throw gone;
        }
        return { exitCode: 0, stdout: String(Date.now()), stderr: '' };
      };
    });
    lab.kind.onCreate = async (options) => {
      lab.addContainer();
      await refused;
      await make(options);
    };
    expect((await lab.start()).greeting).toBeDefined();
  });
});

describe('a start that was interrupted', () => {
  it.each<[string, (hit: () => void) => void]>([
    [
      'while images were built',
      (hit) =>
        void (lab.docker.beforeImage = () => {
          hit();
          return forever();
        }),
    ],
    [
      'while the cluster was made',
      (hit) =>
        void (lab.kind.onCreate = () => {
          lab.addContainer();
          hit();
          return forever();
        }),
    ],
    [
      'while images were loaded',
      (hit) =>
        void (lab.kind.onLoad = () => {
          hit();
          return forever();
        }),
    ],
  ])('%s is finished by the next one', async (_when, reached) => {
    const { onCreate } = lab.kind;
    await lab.startUntil(reached);
    lab.docker.beforeImage = () => Promise.resolve();
    lab.kind.onLoad = () => Promise.resolve();
    lab.kind.onCreate = onCreate;
    expect(await lab.start()).toMatchObject({ isResumed: false, greeting: { data: { planted: 'yes' } } });
    expect(await readRecord(lab.places)).toMatchObject({ stage: 'planted' });
  });

  it('while the scenario was planted is finished on the same cluster, from the beginning', async () => {
    await lab.startUntil((hit) => (planted = hit), {
      plant: async ({ client }) => {
        await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tiny' } });
        await client.create('configmaps', tinyConfig('half'));
        planted();
        await forever();
      },
    });
    const { greeting } = await lab.start();
    expect(greeting).toBeDefined();
    expect(lab.kind.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
    const cluster = await lab.backend().open('tiny-1');
    expect(await cluster!.client.get('configmaps', 'tiny', 'half')).toBeUndefined();
    cluster!.close();
  });

  it('takes a cluster away that could not be made', async () => {
    const failure = new CommandError('kind failed', { commandLine: 'kind create', ending: 'exit code 1', output: 'no space left' });
    const { onCreate } = lab.kind;
    lab.kind.onCreate = () => {
      lab.addContainer();
      return Promise.reject(failure);
    };
    await expect(lab.start()).rejects.toBe(failure);
    expect(lab.docker.containers.size).toBe(0);
    lab.kind.onCreate = onCreate;
    expect((await lab.start()).greeting).toBeDefined();
  });
});
