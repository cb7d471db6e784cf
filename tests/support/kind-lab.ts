import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress, ScenarioPlan } from '../../src/backends/backend.ts';
import { placesOf, type ClusterPlaces } from '../../src/backends/kind/cluster-record.ts';
import { KindBackend } from '../../src/backends/kind/kind-backend.ts';
import { progressOn } from '../../src/cli/steps.ts';
import type { ClusterSession } from '../../src/kube/cluster-session.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import { memoryIo, type MemoryIo } from './memory-io.ts';
import { PretendDocker, PretendKind } from './pretend-machine.ts';
import { PretendNode } from './pretend-node.ts';

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
export const TEKTON_MANIFEST = `${['Task', 'PipelineRun'].map(tektonKind).join('---\n')}---
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

/** A machine on which clusters are made, with a Docker, a kind and nodes that are pretended. */
export class KindLab {
  readonly folder: string;
  readonly docker = new PretendDocker();
  readonly kind = new PretendKind();
  readonly nodes: PretendNode[] = [];
  readonly io: MemoryIo = memoryIo();
  /** Of the scenario tiny-1. */
  readonly places: ClusterPlaces;
  #ids = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.places = placesOf(join(folder, 'home'), 'tiny-1');
    this.kind.onCreate = async ({ kubeconfig }) => {
      const node = await PretendNode.start();
      this.nodes.push(node);
      await writeFile(kubeconfig, node.kubeconfig);
      this.addContainer();
    };
    this.kind.onDelete = () => void this.docker.containers.delete(this.places.node);
  }

  static async open(): Promise<KindLab> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-kind-'));
    await writeFile(join(folder, 'install.yaml'), MANIFEST);
    return new KindLab(folder);
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await rm(this.folder, { recursive: true });
  }

  /** A container as kind makes it. */
  addContainer(source = this.places.policyFolder): void {
    const labels = { 'io.x-k8s.kind.cluster': this.places.name };
    this.docker.containers.set(this.places.node, {
      id: `container-${++this.#ids}`,
      name: this.places.node,
      isRunning: true,
      labels,
      mounts: [{ source, target: '/etc/kubernetes/lab' }],
    });
  }

  /** A backend as a command of its own would have it. */
  backend(over: Partial<ConstructorParameters<typeof KindBackend>[0]> = {}): KindBackend {
    return new KindBackend({
      home: join(this.folder, 'home'),
      kubeconfig: join(this.folder, 'home', 'kubeconfig'),
      configFile: join(this.folder, 'lab.config.yaml'),
      installFolder: new URL('../..', import.meta.url).pathname,
      cacheFolder: join(this.folder, 'cache'),
      env: { LAB_ROLLOUTS_MANIFEST: join(this.folder, 'install.yaml') },
      processes: { pid: process.pid, nodePath: process.execPath, signal: () => false },
      onInterrupt: (task) => this.io.onInterrupt(task),
      createDrills: () => Promise.reject(new Error('no drills here')),
      machine: { docker: this.docker, kind: this.kind },
      ...over,
    });
  }

  plan(over: Partial<ScenarioPlan> = {}): ScenarioPlan {
    return { scenario: 'tiny-1', historyMs: 0, plant: plantTiny, ...over };
  }

  progress(): Progress {
    return progressOn(this.io);
  }

  /** A start that is waited for, and what it comes to. */
  async start(): Promise<{ isResumed: boolean; greeting: KubeObject | undefined; kubeconfig: string }> {
    const { cluster, isResumed } = await this.backend().start(this.plan(), this.progress());
    const greeting = await cluster.client.get('configmaps', 'tiny', 'greeting');
    cluster.close();
    return { isResumed, greeting, kubeconfig: await readFile(cluster.kubeconfig, 'utf8') };
  }

  /** Begins a start that never gets past a step, as one that is killed there. */
  async startUntil(reached: (hit: () => void) => void, over: Partial<ScenarioPlan> = {}): Promise<void> {
    await new Promise<void>((resolve) => {
      reached(resolve);
      void this.backend()
        .start(this.plan(over), this.progress())
        .catch(() => undefined);
    });
  }
}

export function tinyConfig(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'tiny' }, data: { planted: 'yes' } };
}

async function plantTiny({ client }: ClusterSession): Promise<void> {
  await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tiny' } });
  await client.create('configmaps', tinyConfig('greeting'));
}
