import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryIo, type MemoryIo } from '../../../tests/support/memory-io.ts';
import { PretendDocker, PretendKind } from '../../../tests/support/pretend-machine.ts';
import { PretendNode } from '../../../tests/support/pretend-node.ts';
import { progressOn } from '../../cli/steps.ts';
import { CommandError, EnvironmentError } from '../../errors.ts';
import type { ClusterSession } from '../../kube/cluster-session.ts';
import type { ScenarioPlan } from '../backend.ts';
import { placesOf, readRecord, writeRecord, type ClusterPlaces } from './cluster-record.ts';
import { KindBackend } from './kind-backend.ts';
import { clientFrom } from './node-access.ts';

/** What stands in for Argo Rollouts is a pod that the stand-in of a node can run. */
const MANIFEST = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.argoproj.io}
spec:
  group: argoproj.io
  names: {kind: Rollout, plural: rollouts, singular: rollout, listKind: RolloutList}
  scope: Namespaced
  versions:
    - {name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: argo-rollouts}
spec:
  selector: {matchLabels: {app: rollouts}}
  template:
    metadata: {labels: {app: rollouts}}
    spec: {containers: [{name: controller, image: 'lab/shop:1.0'}]}
`;

/** What stands in for Tekton Pipelines: kinds that the stand-in of a node fills in and refuses as the webhooks do, and a pod. */
const TEKTON_MANIFEST = `${['Task', 'PipelineRun'].map(tektonKind).join('---\n')}---
apiVersion: v1
kind: Namespace
metadata: {name: tekton-pipelines}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tekton-pipelines-controller, namespace: tekton-pipelines}
spec:
  selector: {matchLabels: {app: tekton}}
  template:
    metadata: {labels: {app: tekton}}
    spec: {containers: [{name: controller, image: 'lab/shop:1.0'}]}
`;

function tektonKind(kind: string): string {
  const singular = kind.toLowerCase();
  const schema = '{openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}';
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${singular}s.tekton.dev}
spec:
  group: tekton.dev
  names: {kind: ${kind}, plural: ${singular}s, singular: ${singular}, listKind: ${kind}List}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: ${schema}}]
`;
}

let folder: string;
let docker: PretendDocker;
let kind: PretendKind;
let nodes: PretendNode[];
let io: MemoryIo;
let places: ClusterPlaces;
let ids: number;
/** Called by a planting that gets stuck. */
let planted: () => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-kind-'));
  await writeFile(join(folder, 'install.yaml'), MANIFEST);
  docker = new PretendDocker();
  kind = new PretendKind();
  nodes = [];
  ids = 0;
  places = placesOf(join(folder, 'home'), 'tiny-1');
  kind.onCreate = async ({ kubeconfig }) => {
    const node = await PretendNode.start();
    nodes.push(node);
    await writeFile(kubeconfig, node.kubeconfig);
    addContainer();
  };
  kind.onDelete = () => void docker.containers.delete(places.node);
  io = memoryIo();
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await rm(folder, { recursive: true });
});

function addContainer(source = places.policyFolder): void {
  const labels = { 'io.x-k8s.kind.cluster': places.name };
  docker.containers.set(places.node, {
    id: `container-${++ids}`,
    name: places.node,
    isRunning: true,
    labels,
    mounts: [{ source, target: '/etc/kubernetes/lab' }],
  });
}

/** A backend as a command of its own would have it. */
const backend = (over: Partial<ConstructorParameters<typeof KindBackend>[0]> = {}): KindBackend =>
  new KindBackend({
    home: join(folder, 'home'),
    kubeconfig: join(folder, 'home', 'kubeconfig'),
    configFile: join(folder, 'lab.config.yaml'),
    installFolder: new URL('../../..', import.meta.url).pathname,
    cacheFolder: join(folder, 'cache'),
    env: { LAB_ROLLOUTS_MANIFEST: join(folder, 'install.yaml') },
    processes: { pid: process.pid, nodePath: process.execPath, signal: () => false },
    onInterrupt: (task) => io.onInterrupt(task),
    createDrills: () => Promise.reject(new Error('no drills here')),
    machine: { docker, kind },
    ...over,
  });

const config = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'tiny' }, data: { planted: 'yes' } });

async function plantTiny({ client }: ClusterSession): Promise<void> {
  await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tiny' } });
  await client.create('configmaps', config('greeting'));
}

const plan = (plant: ScenarioPlan['plant'] = plantTiny, scenario = 'tiny-1'): ScenarioPlan => ({ scenario, historyMs: 0, plant });
const progress = () => progressOn(io);
const forever = (): Promise<never> => new Promise(() => undefined);

async function start(over: Partial<ScenarioPlan> = {}) {
  const { cluster, isResumed } = await backend().start({ ...plan(), ...over }, progress());
  const greeting = await cluster.client.get('configmaps', 'tiny', 'greeting');
  cluster.close();
  return { isResumed, greeting, kubeconfig: await readFile(cluster.kubeconfig, 'utf8') };
}

/** Begins a start that never gets past a step, as one that is killed there. */
async function startUntil(reached: (hit: () => void) => void, over: Partial<ScenarioPlan> = {}): Promise<void> {
  await new Promise<void>((resolve) => {
    reached(resolve);
    void backend()
      .start({ ...plan(), ...over }, progress())
      .catch(() => undefined);
  });
}

describe('a start', () => {
  it('makes a cluster, with images, Argo Rollouts and the scenario, and hands it over', async () => {
    const { isResumed, greeting, kubeconfig } = await start();
    expect(isResumed).toBe(false);
    expect(greeting).toMatchObject({ data: { planted: 'yes' } });
    expect(kubeconfig).toBe(nodes[0]!.kubeconfig);
    expect(kind.calls).toEqual([`create ${places.name}`, `load ${places.name}`, `load ${places.name}`]);
    expect(docker.built).toContain('lab/shop:1.2');
    expect(docker.images.has('projectdiscovery/nuclei:v3.4.10')).toBe(true);
    expect(await readRecord(places)).toMatchObject({ stage: 'planted', containerId: 'container-1', sinceMs: expect.any(Number) as number });
    expect(io.err.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      '- Checking this machine',
      '- Getting the images',
      '- Making the cluster',
      '- Loading the images into the cluster',
      '- Installing Argo Rollouts',
      '- Bringing up the scenario',
    ]);
  });

  it('installs Tekton Pipelines for a scenario that needs it, and puts it back in order with a reset', async () => {
    await writeFile(join(folder, 'release.yaml'), TEKTON_MANIFEST);
    const env = { LAB_ROLLOUTS_MANIFEST: join(folder, 'install.yaml'), LAB_TEKTON_MANIFEST: join(folder, 'release.yaml') };
    const needy = { ...plan(), needs: ['tekton'] };
    const { cluster } = await backend({ env }).start(needy, progress());
    expect(docker.built).toContain('lab/deployer:1.0');
    expect(io.err).toContain('- Installing Tekton Pipelines\n');
    const { client } = cluster;
    const task = {
      apiVersion: 'tekton.dev/v1',
      kind: 'Task',
      metadata: { name: 'mine', namespace: 'default' },
      spec: { steps: [{ image: 'x' }] },
    };
    await client.create('tasks.tekton.dev', task);
    await client.delete('deployments.apps', 'tekton-pipelines', 'tekton-pipelines-controller');
    const again = await backend({ env }).reset(needy, progress());
    expect(await client.get('tasks.tekton.dev', 'default', 'mine')).toBeUndefined();
    expect(await client.get('deployments.apps', 'tekton-pipelines', 'tekton-pipelines-controller')).toBeDefined();
    again.close();
    cluster.close();
  });

  it('builds nothing for Tekton Pipelines where it is not needed', async () => {
    await start();
    expect(docker.built).not.toContain('lab/deployer:1.0');
    expect(io.err).not.toContain('Tekton');
  });

  it('installs Argo Rollouts while kind is still at work on the cluster', async () => {
    const make = kind.onCreate;
    kind.onCreate = async (options) => {
      await make(options);
      const [{ kubeconfig }] = nodes as [PretendNode];
      kind.kubeconfigSoFar = kubeconfig;
      const { client } = await clientFrom(kubeconfig);
      await vi.waitUntil(() => client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts'), { timeout: 60_000 });
      client.close();
    };
    expect((await start()).greeting).toBeDefined();
    expect(await readRecord(places)).toMatchObject({ stage: 'planted', containerId: 'container-1' });
  });

  it('installs Argo Rollouts once more when the cluster it was let into is not the one that kind has made', async () => {
    const stray = await PretendNode.start();
    kind.kubeconfigSoFar = stray.kubeconfig;
    expect((await start()).kubeconfig).toBe(nodes[0]!.kubeconfig);
    const { client } = await clientFrom(nodes[0]!.kubeconfig);
    expect(await client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts')).toBeDefined();
    client.close();
    await stray.stop();
  });

  it('installs Argo Rollouts afterwards when the cluster it was let into vanishes', async () => {
    const stray = await PretendNode.start();
    kind.kubeconfigSoFar = stray.kubeconfig;
    const make = kind.onCreate;
    kind.onCreate = async (options) => {
      await stray.stop();
      await make(options);
    };
    expect((await start()).greeting).toBeDefined();
  });

  it.each(['before', 'while'])('gives up at once when kind fails %s Argo Rollouts is installed', { timeout: 20_000 }, async (when) => {
    const stray = await PretendNode.start();
    kind.kubeconfigSoFar = stray.kubeconfig;
    kind.onCreate = async () => {
      const { client } = await clientFrom(stray.kubeconfig);
      if (when === 'while') await vi.waitUntil(() => client.get('namespaces', undefined, 'argo-rollouts'), { timeout: 10_000 });
      client.close();
      throw new EnvironmentError('kind is out of luck');
    };
    await expect(start()).rejects.toThrow('kind is out of luck');
    await stray.stop();
  });

  it('starts Argo Rollouts only once pods reach the API server', async () => {
    let seen: unknown = 'never looked';
    docker.execute = async (_container, words) => {
      const isAsked = words.some((word) => word.includes('iptables-save'));
      if (!isAsked || seen === undefined) return { exitCode: 0, stdout: String(Date.now()), stderr: '' };
      const { client } = await clientFrom(nodes[0]!.kubeconfig);
      seen = await client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts');
      client.close();
      return { exitCode: 1, stdout: '', stderr: '' };
    };
    expect((await start()).greeting).toBeDefined();
    expect(seen).toBeUndefined();
  });

  it('loads the images once more when another node takes the place of the one that has them', async () => {
    const make = kind.onCreate;
    let loads = 0;
    const loaded = new Promise<void>((resolve) => {
      kind.onLoad = () => {
        if (++loads === 2) resolve();
        return Promise.resolve();
      };
    });
    kind.onCreate = async (options) => {
      addContainer();
      await loaded;
      await make(options);
    };
    expect((await start()).greeting).toBeDefined();
    expect(loads).toBe(4);
    expect(await readRecord(places)).toMatchObject({ containerId: 'container-2' });
  });

  it('waits for another node when the one that takes images is on its way out', async () => {
    const make = kind.onCreate;
    const gone = new CommandError('Docker failed', { commandLine: 'docker exec', ending: 'container not running', output: '' });
    const refused = new Promise<void>((resolve) => {
      docker.execute = (_container, words) => {
        if (words[0] === 'ctr' && nodes.length === 0) {
          resolve();
          throw gone;
        }
        return { exitCode: 0, stdout: String(Date.now()), stderr: '' };
      };
    });
    kind.onCreate = async (options) => {
      addContainer();
      await refused;
      await make(options);
    };
    expect((await start()).greeting).toBeDefined();
  });

  it('goes on where the learner was', async () => {
    await start();
    expect((await start()).isResumed).toBe(true);
    expect(kind.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('makes nothing on a machine that lacks something, and names all of it', async () => {
    docker.failure = new EnvironmentError('Docker does not answer');
    await expect(start()).rejects.toMatchObject({ exitCode: 3, problems: [{ what: 'Docker does not answer' }] });
    expect(kind.calls).toEqual([]);
  });

  it('leaves a cluster of the same name alone that it has not made', async () => {
    addContainer('/somewhere/else');
    await expect(start()).rejects.toMatchObject({
      problems: [{ what: `there is a kind cluster "${places.name}" that this lab has not made` }],
    });
    expect(kind.calls).toEqual([]);
  });

  it('replaces a cluster whose record is lost', async () => {
    addContainer();
    expect((await start()).greeting).toBeDefined();
    expect(kind.calls.slice(0, 2)).toEqual([`delete ${places.name}`, `create ${places.name}`]);
  });

  it('makes a new cluster when the old one was deleted behind its back', async () => {
    await start();
    docker.containers.clear();
    expect((await start()).isResumed).toBe(false);
    expect(io.err).toContain('The cluster is gone; a new one takes its place');
  });

  it('puts the cluster of another scenario to sleep', async () => {
    await start();
    const other = placesOf(join(folder, 'home'), 'other-1');
    docker.containers.set(other.node, { ...docker.containers.get(places.node)!, name: other.node, id: 'other' });
    await writeRecord(other, { ...(await readRecord(places))!, name: other.name, scenario: 'other-1', containerId: 'other' });
    await start();
    expect(docker.containers.get(other.node)!.isRunning).toBe(false);
    expect(await readRecord(other)).toMatchObject({ isStopped: true });
  });
});

describe('a start that was interrupted', () => {
  it.each<[string, (hit: () => void) => void]>([
    [
      'while images were built',
      (hit) =>
        void (docker.beforeImage = () => {
          hit();
          return forever();
        }),
    ],
    [
      'while the cluster was made',
      (hit) =>
        void (kind.onCreate = () => {
          addContainer();
          hit();
          return forever();
        }),
    ],
    [
      'while images were loaded',
      (hit) =>
        void (kind.onLoad = () => {
          hit();
          return forever();
        }),
    ],
  ])('%s is finished by the next one', async (_when, reached) => {
    const { onCreate } = kind;
    await startUntil(reached);
    docker.beforeImage = () => Promise.resolve();
    kind.onLoad = () => Promise.resolve();
    kind.onCreate = onCreate;
    expect(await start()).toMatchObject({ isResumed: false, greeting: { data: { planted: 'yes' } } });
    expect(await readRecord(places)).toMatchObject({ stage: 'planted' });
  });

  it('while the scenario was planted is finished on the same cluster, from the beginning', async () => {
    await startUntil((hit) => (planted = hit), {
      plant: async ({ client }) => {
        await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tiny' } });
        await client.create('configmaps', config('half'));
        planted();
        await forever();
      },
    });
    const { greeting } = await start();
    expect(greeting).toBeDefined();
    expect(kind.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
    const cluster = await backend().open('tiny-1');
    expect(await cluster!.client.get('configmaps', 'tiny', 'half')).toBeUndefined();
    cluster!.close();
  });

  it('takes a cluster away that could not be made', async () => {
    const failure = new CommandError('kind failed', { commandLine: 'kind create', ending: 'exit code 1', output: 'no space left' });
    const { onCreate } = kind;
    kind.onCreate = () => {
      addContainer();
      return Promise.reject(failure);
    };
    await expect(start()).rejects.toBe(failure);
    expect(docker.containers.size).toBe(0);
    kind.onCreate = onCreate;
    expect((await start()).greeting).toBeDefined();
  });
});

describe('a planted cluster', () => {
  it('is put back to the start on the same node, whatever was done to it', async () => {
    const { cluster } = await backend().start(plan(), progress());
    const { client } = cluster;
    await client.patch('configmaps', 'tiny', 'greeting', { type: 'merge', body: { data: { planted: 'no' } } });
    await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } });
    await client.create('configmaps', { ...config('mine'), metadata: { name: 'mine', namespace: 'default' } });
    await client.create('clusterroles.rbac.authorization.k8s.io', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'mine' },
      rules: [],
    });
    await client.delete('deployments.apps', 'argo-rollouts', 'argo-rollouts');
    const again = await backend().reset(plan(), progress());
    expect(await client.get('configmaps', 'tiny', 'greeting')).toMatchObject({ data: { planted: 'yes' } });
    expect(await client.get('namespaces', undefined, 'mine')).toBeUndefined();
    expect(await client.get('configmaps', 'default', 'mine')).toBeUndefined();
    expect(await client.get('clusterroles.rbac.authorization.k8s.io', undefined, 'mine')).toBeUndefined();
    expect(await client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts')).toBeDefined();
    expect(await client.get('configmaps', 'default', 'kube-root-ca.crt')).toBeDefined();
    again.close();
    cluster.close();
    expect(kind.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('stops, stays stopped until it is started, and goes on', async () => {
    await start();
    expect(await backend().stop({ isDeleting: false })).toBe(true);
    expect(docker.containers.get(places.node)!.isRunning).toBe(false);
    expect(await backend().open('tiny-1', { revive: progress() })).toBeUndefined();
    expect(await backend().stop({ isDeleting: false })).toBe(false);
    expect((await start()).isResumed).toBe(true);
    expect(docker.containers.get(places.node)!.isRunning).toBe(true);
  });

  it('that went down by itself cannot be brought back without Docker, and that is said', async () => {
    await start();
    await nodes[0]!.stop();
    expect(await backend().open('tiny-1')).toBeUndefined();
    docker.failure = new EnvironmentError('Docker does not answer');
    await expect(backend().open('tiny-1', { revive: progress() })).rejects.toThrow('Docker does not answer');
  });

  it('that was deleted by somebody else is not found', async () => {
    await start();
    await nodes[0]!.stop();
    docker.containers.clear();
    expect(await backend().open('tiny-1', { revive: progress() })).toBeUndefined();
  });

  it('leaves nothing behind when it is deleted', async () => {
    await start();
    docker.networks.add('kind');
    expect(await backend().stop({ isDeleting: true })).toBe(true);
    expect(docker.containers.size).toBe(0);
    expect(docker.networks.size).toBe(0);
    expect([...docker.images.keys()].filter((name) => name.startsWith('lab/'))).toEqual([]);
    expect(await readdir(join(folder, 'home'))).toEqual([]);
    expect(await backend().stop({ isDeleting: true })).toBe(false);
  });

  it('leaves images and the network when they are wanted', async () => {
    await start();
    docker.networks.add('kind');
    docker.containers.set('other', { ...docker.containers.get(places.node)!, name: 'other-control-plane', id: 'other' });
    await backend({ keepsImages: true }).stop({ isDeleting: true });
    expect(docker.images.has('lab/shop:1.0')).toBe(true);
    expect(docker.networks.has('kind')).toBe(true);
  });
});
