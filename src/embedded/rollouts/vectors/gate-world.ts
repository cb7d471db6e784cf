import type { Event, Pod, Service } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { AnalysisRun, AnalysisTemplateSpec, Metric, Rollout, RolloutSpec, RolloutStatus } from '../../../kube/types/rollouts.ts';
import type { Job, ReplicaSet } from '../../../kube/types/workloads.ts';
import { ClusterClock } from '../../../system/clock.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import { ScriptedSandboxes } from '../../kubelet/testing/scripted-sandboxes.ts';
import { SCRIPTED_IMAGES } from '../../kubelet/testing/scripted-images.ts';
import type { HttpResponse } from '../../network/http.ts';
import type { Sandbox, SandboxHost, SandboxSpec } from '../../shell/container-process.ts';
import type { StoreEvent } from '../../store/store.ts';

const START_MS = Date.parse('2026-03-01T10:00:00Z');
const NAMESPACE = 'lab';
const ROLLOUTS = 'rollouts.argoproj.io';
const RUNS = 'analysisruns.argoproj.io';
const HASH_LABEL = 'rollouts-pod-template-hash';
const SCANNER_PORT = 80;
/** The command of scanners in Jobs; what it does is what the test says. */
const SCAN = 'scan';

/** What a scanner's container does, such as `end 0 3`: see ScriptedSandboxes. */
export type Scan = [program: string, ...args: string[]];

/** Scanners do what they are told, one after another, and the last of it for ever. */
class ScannerSandboxes extends ScriptedSandboxes {
  scans: Scan[] = [['end', '0', '3']];

  override open(spec: SandboxSpec, host: SandboxHost): Sandbox {
    const sandbox = super.open(spec, host);
    return {
      ...sandbox,
      start: (process, hooks) =>
        sandbox.start(process.argv[0] === 'sleep' && process.argv[1] === SCAN ? { ...process, argv: this.#next() } : process, hooks),
    };
  }

  #next(): Scan {
    return this.scans.length > 1 ? this.scans.shift()! : this.scans[0]!;
  }
}

/**
 * A whole cluster with the shop as a Rollout of two pods with the image `lab/shop:1.0`, guarded by a gate, and a scanner that the gate
 * may ask; what the scanner answers and what scanners in Jobs do is up to the test. The actions are what the kubectl plugin writes.
 */
export class GateWorld {
  readonly clock = new ClusterClock(START_MS);
  readonly sandboxes = new ScannerSandboxes();
  readonly cluster: EmbeddedCluster;
  readonly api: ApiClient;
  readonly writes: StoreEvent[] = [];
  /** What the scanner answers. */
  answer: () => Partial<HttpResponse> = () => ({ body: '{"c":0}' });
  asked = 0;

  private constructor() {
    this.cluster = EmbeddedCluster.create({ clock: this.clock, sandboxes: this.sandboxes, images: SCRIPTED_IMAGES });
    this.api = this.cluster.core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
    this.cluster.core.watch((event) => this.writes.push(event));
    this.cluster.start();
  }

  /** A healthy first release behind a gate of these metrics. */
  static async gated(metrics: Metric[], strategy: Record<string, unknown> = {}, spec: Partial<RolloutSpec> = {}): Promise<GateWorld> {
    const blueGreen = {
      activeService: 'active',
      previewService: 'preview',
      prePromotionAnalysis: { templates: [{ templateName: 'gate' }] },
      ...strategy,
    };
    return GateWorld.deployed({ metrics }, { strategy: { blueGreen }, ...spec });
  }

  static async deployed(gate: AnalysisTemplateSpec, spec: Partial<RolloutSpec>): Promise<GateWorld> {
    const w = new GateWorld();
    w.#create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    for (const name of ['active', 'preview']) w.#service(name, 'shop', 8080);
    w.template(gate);
    await w.#startScanner();
    w.#create(ROLLOUTS, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'shop', namespace: NAMESPACE },
      spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } }, template: templateOf('lab/shop:1.0'), ...spec },
    });
    await w.untilHealthy();
    w.writes.length = 0;
    return w;
  }

  #create(resource: string, object: KubeObject): void {
    this.api.create(resource, object);
  }

  #service(name: string, app: string, targetPort: number): void {
    const spec = { selector: { app }, ports: [{ port: 80, targetPort }] };
    this.#create('services', { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: NAMESPACE }, spec });
  }

  async #startScanner(): Promise<void> {
    this.#service('scanner', 'scanner', SCANNER_PORT);
    const container = { name: 'main', image: 'debian:bookworm-slim', command: ['sleep', '1000000'] };
    const metadata = { name: 'scanner', namespace: NAMESPACE, labels: { app: 'scanner' } };
    this.#create('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container] } });
    await this.until(() => this.api.get<Pod>('pods', NAMESPACE, 'scanner')?.status?.phase === 'Running');
    const { podIP } = this.api.get<Pod>('pods', NAMESPACE, 'scanner')!.status!;
    this.cluster.network.listen(podIP!, SCANNER_PORT, () => {
      this.asked += 1;
      return { status: 200, headers: {}, body: '', ...this.answer() };
    });
    await this.wait(3_000);
  }

  // --- time

  async wait(ms: number): Promise<void> {
    await this.clock.advance({ deadlineMs: this.clock.now() + ms });
  }

  /** Lets time pass until the condition holds; fails when it does not within half an hour. */
  async until(condition: () => boolean): Promise<void> {
    if (await this.clock.advance({ deadlineMs: this.clock.now() + 1_800_000, until: condition })) return;
    throw new Error(`not reached: ${condition.toString()}; ${JSON.stringify(this.status)}; ${JSON.stringify(this.runs.at(-1)?.status)}`);
  }

  async untilHealthy(): Promise<void> {
    await this.untilPhase('Healthy');
  }

  async untilPhase(phase: string): Promise<void> {
    await this.until(() => this.status.phase === phase && this.status.observedGeneration === String(this.rollout.metadata.generation));
  }

  // --- objects

  get rollout(): Rollout {
    return this.api.get<Rollout>(ROLLOUTS, NAMESPACE, 'shop')!;
  }

  get status(): RolloutStatus {
    return this.api.get<Rollout>(ROLLOUTS, NAMESPACE, 'shop')?.status ?? {};
  }

  /** The runs of the gate, in the order in which they were made. */
  get runs(): AnalysisRun[] {
    return this.api
      .list<AnalysisRun>(RUNS, { namespace: NAMESPACE })
      .sort((a, b) => a.metadata.creationTimestamp!.localeCompare(b.metadata.creationTimestamp!));
  }

  /** The newest run of the gate. */
  get run(): AnalysisRun {
    return this.runs.at(-1)!;
  }

  get jobs(): Job[] {
    return this.api.list<Job>('jobs.batch', { namespace: NAMESPACE });
  }

  get pods(): Pod[] {
    return this.api.list<Pod>('pods', { namespace: NAMESPACE });
  }

  /** The image that a Service leads to. */
  servedBy(service: 'active' | 'preview'): string | undefined {
    const hash = this.api.get<Service>('services', NAMESPACE, service)!.spec.selector?.[HASH_LABEL];
    const replicaSet = this.api
      .list<ReplicaSet>('replicasets.apps', { namespace: NAMESPACE })
      .find(({ metadata }) => metadata.labels![HASH_LABEL] === hash);
    return replicaSet?.spec.template.spec.containers[0]!.image;
  }

  /** Texts of events about objects of a kind, in the order they were first written. */
  told(kind = 'Rollout'): string[] {
    return this.writes
      .filter(({ type, resource }) => resource === 'events' && type !== 'DELETED')
      .map(({ object }) => object as Event)
      .filter(({ involvedObject }) => involvedObject.kind === kind)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** The moments at which the active Service was moved. */
  get switches(): string[] {
    return this.told().filter((text) => text.startsWith("SwitchService: Switched selector for service 'active'"));
  }

  // --- what people do

  /** Ships a release and waits until its gate has begun. */
  async ship(tag: string): Promise<void> {
    const before = new Set(this.runs.map(({ metadata }) => metadata.uid));
    this.setImage(tag);
    await this.until(() => this.runs.some(({ metadata }) => !before.has(metadata.uid)));
  }

  setImage(tag: string): void {
    this.patch({ spec: { template: templateOf(`lab/shop:${tag}`) } });
  }

  patch(body: Record<string, unknown>, subresource?: 'status'): void {
    this.api.patch(ROLLOUTS, NAMESPACE, 'shop', { type: 'merge', body }, subresource);
  }

  /** The gate's template as it is to be from now on. */
  template(spec: AnalysisTemplateSpec): void {
    const template = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'gate', namespace: NAMESPACE },
      spec,
    };
    const resource = 'analysistemplates.argoproj.io';
    if (this.api.get(resource, NAMESPACE, 'gate')) this.api.delete(resource, NAMESPACE, 'gate');
    this.#create(resource, template);
  }

  promote(): void {
    this.patch({ status: { pauseConditions: null } }, 'status');
  }

  promoteFull(): void {
    this.patch({ status: { promoteFull: true } }, 'status');
  }

  abort(): void {
    this.patch({ status: { abort: true } }, 'status');
  }

  retry(): void {
    this.patch({ status: { abort: false } }, 'status');
  }

  terminateRun(): void {
    this.api.patch(RUNS, NAMESPACE, this.run.metadata.name, { type: 'merge', body: { spec: { terminate: true } } });
  }
}

export function templateOf(image: string): RolloutSpec['template'] {
  const readinessProbe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 };
  return { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'shop', image, readinessProbe }] } };
}

/** A metric whose Job runs a scanner that does what the world says. */
export function jobGate(changes: Partial<Metric> = {}, spec: Partial<Job['spec']> = {}, image = 'debian:bookworm-slim'): Metric {
  const container = { name: 'scan', image, command: ['sleep', SCAN] };
  const template: Job['spec']['template'] = { spec: { restartPolicy: 'Never', containers: [container] } };
  return { name: 'scan', provider: { job: { spec: { backoffLimit: 0, template, ...spec } } }, ...changes };
}

/** A metric that asks the world's scanner. */
export function webGate(changes: Partial<Metric> = {}): Metric {
  return { name: 'scan', provider: { web: { url: 'http://scanner.lab.svc/report' } }, ...changes };
}
