import type { Container, Event, Pod, PodStatus } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { ClusterClock } from '../../../system/clock.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { EmbeddedCluster, type EmbeddedClusterOptions } from '../../cluster.ts';
import type { StoreEvent } from '../../store/store.ts';
import { SCRIPTED_IMAGES } from './scripted-images.ts';
import { ScriptedSandboxes } from './scripted-sandboxes.ts';

/** The shop as a container `main`, asked every second whether it is ready. */
export const SHOP: Container = {
  name: 'main',
  image: 'lab/shop:1.0',
  readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
};

const START_MS = Date.parse('2026-03-01T10:00:00Z');

/** A whole cluster on a stepped clock with a namespace `lab`, whose containers run the shop or scripts that a test writes down. */
export class KubeletWorld {
  readonly clock: ClusterClock;
  readonly cluster: EmbeddedCluster;
  readonly sandboxes = new ScriptedSandboxes();
  readonly api: ApiClient;
  readonly writes: StoreEvent[] = [];

  constructor({ nowMs = START_MS, ...options }: Partial<EmbeddedClusterOptions> & { nowMs?: number } = {}) {
    this.clock = new ClusterClock(nowMs);
    const { clock, sandboxes } = this;
    this.cluster = EmbeddedCluster.create({ clock, sandboxes, images: SCRIPTED_IMAGES, ...options });
    this.api = this.cluster.core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
    this.cluster.core.watch((event) => this.writes.push(event));
    this.cluster.start();
    if (!options.snapshot) this.api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } });
  }

  /** The same cluster after its process was killed, or in another place: what it runs is lost, what it knows is not. */
  copy(options: Partial<EmbeddedClusterOptions> = {}): KubeletWorld {
    return new KubeletWorld({ snapshot: this.cluster.snapshot(), nowMs: this.clock.now(), ...options });
  }

  get seconds(): number {
    return (this.clock.now() - START_MS) / 1000;
  }

  async wait(seconds: number): Promise<void> {
    await this.clock.advance({ deadlineMs: this.clock.now() + seconds * 1000 });
  }

  /** Lets time pass until the condition holds; answers how many seconds that took. Fails when it does not within ten minutes. */
  async until(condition: () => boolean, withinSeconds = 600): Promise<number> {
    const beganMs = this.clock.now();
    if (await this.clock.advance({ deadlineMs: beganMs + withinSeconds * 1000, until: condition })) {
      return (this.clock.now() - beganMs) / 1000;
    }
    throw new Error(`not reached within ${withinSeconds} s: ${condition.toString()}; ${JSON.stringify(this.told())}`);
  }

  /** Creates a pod of one container `main`, unless the spec says otherwise; the image is `debian:bookworm-slim`. */
  createPod(name: string, spec: Partial<Pod['spec']>, metadata: Partial<Pod['metadata']> = {}): Pod {
    const image = 'debian:bookworm-slim';
    const complete = (containers: Pod['spec']['containers']) => containers.map((container) => ({ image, ...container }));
    return this.api.create<Pod>('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'lab', ...metadata },
      spec: {
        ...spec,
        ...(spec.initContainers && { initContainers: complete(spec.initContainers) }),
        containers: complete(spec.containers ?? []),
      },
    });
  }

  create<T extends KubeObject>(resource: string, object: Omit<T, 'apiVersion'> & { apiVersion?: string }): T {
    return this.api.create<T>(resource, { apiVersion: 'v1', ...object } as T);
  }

  pod(name: string): Pod {
    const pod = this.api.get<Pod>('pods', 'lab', name);
    if (!pod) throw new Error(`no pod ${name}`);
    return pod;
  }

  has(name: string): boolean {
    return this.api.get('pods', 'lab', name) !== undefined;
  }

  isReady(name: string): boolean {
    return this.has(name) && this.pod(name).status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  }

  phase(name: string): string | undefined {
    return this.pod(name).status?.phase;
  }

  /** A container's state in one line: `running`, `waiting CrashLoopBackOff`, `terminated Error 1`. */
  state(name: string, container = 'main'): string {
    return stateOf(this.pod(name), container);
  }

  /** Event texts about a pod, in the order in which they were first written; repeats are counted. */
  told(name?: string): string[] {
    return this.writes
      .filter(({ type, resource }) => resource === 'events' && type === 'ADDED')
      .map(({ object }) => this.api.get<Event>('events', 'lab', object.metadata.name) ?? (object as Event))
      .filter(({ involvedObject }) => involvedObject.kind === 'Pod' && (name === undefined || involvedObject.name === name))
      .map(({ reason, message, count = 1 }) => `${reason}: ${message}${count > 1 ? ` (x${count})` : ''}`);
  }

  /** What a container's state was over time, as `seconds state`, one entry per change. */
  history(name: string, container = 'main'): string[] {
    const lines: string[] = [];
    for (const { resource, object, type } of this.writes) {
      if (resource !== 'pods' || object.metadata.name !== name || type === 'DELETED') continue;
      const state = stateOf(object as Pod, container);
      if (lines.at(-1) !== state) lines.push(state);
    }
    return lines;
  }

  log(name: string, options: { container?: string; previous?: boolean } = {}): string {
    const { container = 'main', previous = false } = options;
    let text = '';
    const read = this.cluster.logs!.open(this.pod(name), { container, previous, follow: false, timestamps: false });
    read({ text: (chunk) => (text += chunk), end: () => undefined });
    return text;
  }

  /** Runs a command in a container. */
  async run(name: string, argv: string[], container = 'main'): Promise<{ exitCode: number; output: string }> {
    let output = '';
    let exitCode: number | undefined;
    const sink = { output: (_: string, text: string) => void (output += text), end: (code: number) => void (exitCode = code) };
    this.cluster.commands!.run(this.pod(name), { container, argv, hasStdin: false, hasTty: false }, sink);
    await this.until(() => exitCode !== undefined, 60);
    return { exitCode: exitCode!, output };
  }

  /** The statuses that a pod has had. */
  statuses(name: string): PodStatus[] {
    return this.writes
      .filter(({ resource, object }) => resource === 'pods' && object.metadata.name === name)
      .map(({ object }) => (object as Pod).status ?? {});
  }

  /** Who wrote a pod, as the journal has it. */
  writtenBy(name: string): Set<string> {
    const entries = this.cluster.core.journal.entries();
    return new Set(
      entries.filter(({ objectRef }) => objectRef.resource === 'pods' && objectRef.name === name).map(({ user }) => user.username),
    );
  }

  stop(): void {
    this.cluster.stop();
    this.clock.stop();
  }
}

function stateOf({ status = {} }: Pod, container: string): string {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const { waiting, running, terminated } = statuses.find(({ name }) => name === container)?.state ?? {};
  if (running) return 'running';
  if (terminated) return `terminated ${terminated.reason} ${terminated.exitCode}`;
  return waiting ? `waiting ${waiting.reason}` : 'none';
}
