import type { Event, Pod, PodTemplateSpec, Service } from '../../../../kube/types/core.ts';
import type { KubeObject } from '../../../../kube/types/meta.ts';
import type { AnalysisPhase, AnalysisRun, Experiment, Rollout, RolloutSpec } from '../../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { ClusterClock } from '../../../../system/clock.ts';
import { cloneJson } from '../../../../system/json.ts';
import { toSecondsTimestamp } from '../../../../system/time.ts';
import { controlPlane } from '../../../api/caller.ts';
import type { ApiClient } from '../../../api/client.ts';
import { EmbeddedCluster } from '../../../cluster.ts';
import { DisruptionController } from '../../../controllers/disruption/disruption-controller.ts';
import { GarbageCollector } from '../../../controllers/garbage-collector/garbage-collector.ts';
import { DeploymentController } from '../../../controllers/deployment/deployment-controller.ts';
import { ReplicaSetController } from '../../../controllers/replica-set/replica-set-controller.ts';
import type { StoreEvent } from '../../../store/store.ts';
import { ExperimentController } from '../../experiment/experiment-controller.ts';
import { HASH_LABEL, REVISION } from '../names.ts';
import { byCreation } from '../replica-sets/revision.ts';
import { RolloutController } from '../rollout-controller.ts';

const START_MS = Date.parse('2026-03-01T10:00:00Z');
const NAMESPACE = 'lab';
const NAME = 'shop';

/**
 * A cluster with the controllers for Rollouts and Experiments, for tests. Pods become ready a second after they were created, unless their image says `bad`;
 * AnalysisRuns are played by the test. The actions are what the kubectl plugin writes.
 */
export class RolloutWorld {
  readonly clock = new ClusterClock(START_MS);
  readonly cluster: EmbeddedCluster;
  readonly api: ApiClient;
  readonly writes: StoreEvent[] = [];
  readyAfterMs = 1000;

  constructor() {
    this.cluster = EmbeddedCluster.create({
      clock: this.clock,
      assemble: ({ plane, registry }) => ({
        controllers: [
          new DeploymentController(plane),
          new ReplicaSetController(plane),
          new DisruptionController(plane),
          new GarbageCollector(plane, registry),
          new RolloutController(plane),
          new ExperimentController(plane),
        ],
      }),
    });
    this.api = this.cluster.core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
    this.api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    this.cluster.core.watch((event) => this.writes.push(event));
    this.cluster.core.watch(({ type, resource, object }) => {
      if (type === 'ADDED' && resource === 'pods') this.#startPod(object as Pod);
    });
    this.cluster.start();
  }

  // --- time

  async wait(ms: number): Promise<void> {
    await this.clock.advance({ deadlineMs: this.clock.now() + ms });
  }

  /** Lets time pass until the condition holds; fails when it does not within twenty minutes. */
  async until(condition: () => boolean, withinMs = 1_200_000): Promise<void> {
    if (await this.clock.advance({ deadlineMs: this.clock.now() + withinMs, until: condition })) return;
    throw new Error(`not reached within ${withinMs} ms: ${condition.toString()}; ${JSON.stringify(this.rollout.status)}`);
  }

  async untilHealthy(): Promise<void> {
    await this.until(() => this.rollout.status?.phase === 'Healthy' && this.isObserved);
  }

  async untilPhase(phase: string): Promise<void> {
    await this.until(() => this.rollout.status?.phase === phase && this.isObserved);
  }

  get isObserved(): boolean {
    return this.rollout.status?.observedGeneration === String(this.rollout.metadata.generation);
  }

  // --- objects

  get rollout(): Rollout {
    return this.get<Rollout>('rollouts.argoproj.io', NAME);
  }

  get status(): NonNullable<Rollout['status']> {
    return this.rollout.status ?? {};
  }

  get<T extends KubeObject>(resource: string, name: string): T {
    const object = this.api.get<T>(resource, NAMESPACE, name);
    if (!object) throw new Error(`no ${resource} ${name}`);
    return object;
  }

  get replicaSets(): ReplicaSet[] {
    return this.api.list<ReplicaSet>('replicasets.apps', { namespace: NAMESPACE });
  }

  /** The ReplicaSet whose pods run an image. */
  replicaSet(image: string): ReplicaSet {
    const found = this.replicaSets.find(({ spec }) => spec.template.spec.containers[0]!.image === image);
    if (!found) throw new Error(`no ReplicaSet of ${image}`);
    return found;
  }

  hash(image: string): string {
    return this.replicaSet(image).metadata.labels![HASH_LABEL]!;
  }

  /** The image that a Service leads to; undefined for one without a hash. */
  servedBy(service: string): string | undefined {
    const hash = this.get<Service>('services', service).spec.selector?.[HASH_LABEL];
    return this.replicaSets.find(({ metadata }) => metadata.labels![HASH_LABEL] === hash)?.spec.template.spec.containers[0]!.image;
  }

  get runs(): AnalysisRun[] {
    return this.api.list<AnalysisRun>('analysisruns.argoproj.io', { namespace: NAMESPACE });
  }

  /** Oldest first. */
  get experiments(): Experiment[] {
    return [...this.api.list<Experiment>('experiments.argoproj.io', { namespace: NAMESPACE })].sort(byCreation);
  }

  get pods(): Pod[] {
    return this.api.list<Pod>('pods', { namespace: NAMESPACE });
  }

  /** Desired, current, updated, ready and available pods, as the status counts them. */
  get counts(): number[] {
    const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = this.status;
    return [this.rollout.spec.replicas ?? 0, replicas, updatedReplicas, readyReplicas, availableReplicas];
  }

  /** Reasons of the Rollout's events in the order they were first written; repeats show up again. */
  get reasons(): string[] {
    return this.told.map((text) => text.slice(0, text.indexOf(':')));
  }

  get told(): string[] {
    return this.writes
      .filter(({ type, resource }) => resource === 'events' && type !== 'DELETED')
      .map(({ object }) => object as Event)
      .filter(({ involvedObject }) => involvedObject.kind === 'Rollout')
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Forgets the writes so far, events included. */
  forget(): void {
    this.writes.length = 0;
  }

  // --- what people do

  /** Services, and a Rollout of two pods with the image `shop:v1`. */
  deploy(spec: Partial<RolloutSpec> = {}, { services = ['active', 'preview'] }: { services?: string[] } = {}): void {
    for (const name of services) this.service(name);
    this.api.create<Rollout>('rollouts.argoproj.io', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: NAME, namespace: NAMESPACE },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: NAME } },
        template: templateOf('shop:v1'),
        ...spec,
      },
    });
  }

  service(name: string): void {
    this.api.create<Service>('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: NAMESPACE },
      spec: { selector: { app: NAME }, ports: [{ port: 80 }] },
    });
  }

  /** A gate that is there, whatever it would do. */
  template(name: string, spec: Record<string, unknown> = {}): void {
    this.api.create('analysistemplates.argoproj.io', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name, namespace: NAMESPACE },
      spec: { metrics: [{ name: 'scan', provider: { web: { url: 'http://scanner/' } } }], ...spec },
    });
  }

  setImage(image: string): void {
    this.patch({ spec: { template: templateOf(image) } });
  }

  patch(body: Record<string, unknown>, subresource?: 'status'): void {
    this.api.patch('rollouts.argoproj.io', NAMESPACE, NAME, { type: 'merge', body }, subresource);
  }

  promote(): void {
    if (this.status.pauseConditions?.length) this.patch({ status: { pauseConditions: null } }, 'status');
    if (this.rollout.spec.paused) this.patch({ spec: { paused: false } });
  }

  promoteFull(): void {
    if (this.status.currentPodHash !== this.status.stableRS) this.patch({ status: { promoteFull: true } }, 'status');
  }

  abort(): void {
    this.patch({ status: { abort: true } }, 'status');
  }

  retry(): void {
    this.patch({ status: { abort: false } }, 'status');
  }

  /** Puts back the template of a revision, the one before the newest if none is named. */
  undo(revision?: number): void {
    const byRevision = this.replicaSets
      .map((replicaSet) => ({ replicaSet, number: Number(replicaSet.metadata.annotations![REVISION]) }))
      .sort((a, b) => b.number - a.number);
    const target = revision === undefined ? byRevision[1] : byRevision.find(({ number }) => number === revision);
    const template = cloneJson(target!.replicaSet.spec.template);
    delete template.metadata!.labels![HASH_LABEL];
    this.api.patch('rollouts.argoproj.io', NAMESPACE, NAME, {
      type: 'json',
      operations: [{ op: 'replace', path: '/spec/template', value: template }],
    });
  }

  /** Gives the youngest run a verdict, or the one named. */
  finishRun(phase: AnalysisPhase, { message, name = this.runs.at(-1)!.metadata.name }: { message?: string; name?: string } = {}): void {
    this.api.patch('analysisruns.argoproj.io', NAMESPACE, name, {
      type: 'merge',
      body: { status: { phase, ...(message && { message }) } },
    });
  }

  stripHash(service: string): void {
    this.api.patch('services', NAMESPACE, service, { type: 'merge', body: { spec: { selector: { [HASH_LABEL]: null } } } });
  }

  setReady(pod: string, isReady = true): void {
    const draft = cloneJson(this.get<Pod>('pods', pod));
    const lastTransitionTime = toSecondsTimestamp(this.clock.now());
    const others = (draft.status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
    draft.status = {
      ...draft.status,
      phase: 'Running',
      conditions: [...others, { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime }],
    };
    this.api.update('pods', draft, 'status');
  }

  #startPod({ metadata, spec }: Pod): void {
    if (spec.containers[0]!.image?.includes('bad')) return;
    this.clock.after(this.readyAfterMs, () => {
      if (this.api.get('pods', NAMESPACE, metadata.name)) this.setReady(metadata.name);
    });
  }
}

export function templateOf(image: string): PodTemplateSpec {
  return { metadata: { labels: { app: NAME } }, spec: { containers: [{ name: 'shop', image }] } };
}

/** The strategy of most tests: an active and a preview Service, and what a test needs beside them. */
export function blueGreen(more: Record<string, unknown> = {}): Pick<RolloutSpec, 'strategy'> {
  return { strategy: { blueGreen: { activeService: 'active', previewService: 'preview', ...more } } };
}
