import type { KubeObject } from '../../src/kube/types/meta.ts';
import type { Event, Pod } from '../../src/kube/types/core.ts';
import type { AnalysisRun, AnalysisRunStatus, Metric, MetricResult } from '../../src/kube/types/rollouts.ts';
import type { Job } from '../../src/kube/types/workloads.ts';
import { ClusterClock } from '../../src/system/clock.ts';
import { cloneJson } from '../../src/system/json.ts';
import { controlPlane } from '../../src/embedded/api/caller.ts';
import type { ApiClient } from '../../src/embedded/api/client.ts';
import { EmbeddedCluster } from '../../src/embedded/cluster.ts';
import { GarbageCollector } from '../../src/embedded/controllers/garbage-collector/garbage-collector.ts';
import { JobController } from '../../src/embedded/controllers/job/job-controller.ts';
import { OrphanedJobPods } from '../../src/embedded/controllers/job/orphaned-job-pods.ts';
import type { HttpRequest, HttpResponse, NetworkOrigin } from '../../src/embedded/network/http.ts';
import { AnalysisRunController } from '../../src/embedded/rollouts/analysis/analysis-run-controller.ts';
import type { StoreEvent } from '../../src/embedded/store/store.ts';

export const RUNS = 'analysisruns.argoproj.io';
const START_MS = Date.parse('2026-03-01T10:00:00Z');

/** What the test's servers answer; a thrown NetworkError is a request without an answer. */
export type Answer = (request: HttpRequest) => Partial<HttpResponse>;

/** A cluster with admission, the kinds of Argo Rollouts, Jobs and the AnalysisRun controller; pods and servers are played by the test. */
export class AnalysisWorld {
  readonly clock = new ClusterClock(START_MS);
  readonly cluster: EmbeddedCluster;
  readonly api: ApiClient;
  readonly writes: StoreEvent[] = [];
  readonly requests: { from: NetworkOrigin; request: HttpRequest; atMs: number }[] = [];
  /** How long a server takes. */
  answersAfterMs = 1;
  answer: Answer = () => ({});

  constructor() {
    this.cluster = EmbeddedCluster.create({
      clock: this.clock,
      assemble: ({ plane, registry }) => ({
        controllers: [
          new JobController(plane),
          new OrphanedJobPods(plane),
          new GarbageCollector(plane, registry),
          new AnalysisRunController(plane, { network: this.#network }),
        ],
      }),
    });
    this.api = this.cluster.core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
    this.api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } });
    this.api.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'lab' } });
    this.cluster.core.watch((event) => this.writes.push(event));
    this.cluster.start();
  }

  readonly #network = {
    request: async (from: NetworkOrigin, request: HttpRequest): Promise<HttpResponse> => {
      this.requests.push({ from, request, atMs: this.clock.now() });
      await this.#pause(this.answersAfterMs);
      return { status: 200, headers: {}, body: '', ...this.answer(request) };
    },
    listen: (): (() => void) => () => undefined,
    isListening: () => false,
    observe: (): (() => void) => () => undefined,
  };

  /** As the real network: whoever waits goes on before time does. */
  async #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(ms, () => {
        const release = this.clock.hold();
        resolve();
        release();
      });
    });
  }

  async wait(ms: number): Promise<void> {
    await this.clock.advance({ deadlineMs: this.clock.now() + ms });
  }

  /** Lets time pass until the condition holds; fails when it does not within ten minutes. */
  async until(condition: () => boolean, withinMs = 600_000): Promise<void> {
    if (!(await this.clock.advance({ deadlineMs: this.clock.now() + withinMs, until: condition }))) {
      throw new Error(`not reached within ${withinMs} ms: ${condition.toString()}`);
    }
  }

  /** Creates a run of these metrics. */
  begin(metrics: Metric[], spec: Partial<AnalysisRun['spec']> = {}, name = 'run'): AnalysisRun {
    return this.api.create<AnalysisRun>(RUNS, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name, namespace: 'lab' },
      spec: { metrics, ...spec },
    });
  }

  /** Creates a run of these metrics and waits for its end. */
  async judged(metrics: Metric[], spec: Partial<AnalysisRun['spec']> = {}): Promise<AnalysisRunStatus> {
    this.begin(metrics, spec);
    await this.untilJudged();
    return this.status();
  }

  async untilJudged(name = 'run'): Promise<void> {
    await this.until(() => ['Successful', 'Failed', 'Error', 'Inconclusive'].includes(this.run(name).status?.phase ?? ''));
  }

  run(name = 'run'): AnalysisRun {
    const run = this.api.get<AnalysisRun>(RUNS, 'lab', name);
    if (!run) throw new Error(`no AnalysisRun ${name}`);
    return run;
  }

  status(name = 'run'): AnalysisRunStatus {
    return this.run(name).status ?? { phase: '' };
  }

  result(metric: string): MetricResult {
    const result = this.status().metricResults?.find(({ name }) => name === metric);
    if (!result) throw new Error(`no result of ${metric}`);
    return result;
  }

  terminate(name = 'run'): void {
    this.api.patch(RUNS, 'lab', name, { type: 'merge', body: { spec: { terminate: true } } });
  }

  jobs(): Job[] {
    return this.api.list<Job>('jobs.batch', { namespace: 'lab' });
  }

  pods(): Pod[] {
    return this.api.list<Pod>('pods', { namespace: 'lab' });
  }

  /** Lets time pass until a Job's pod is there, and ends it. */
  async endPod(phase: 'Succeeded' | 'Failed'): Promise<void> {
    const isActive = ({ status, metadata }: Pod): boolean =>
      !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
    await this.until(() => this.pods().some(isActive));
    this.setPodStatus(this.pods().find(isActive)!, (status) => (status.phase = phase));
  }

  setPodStatus(pod: Pod, change: (status: NonNullable<Pod['status']>) => void): void {
    const changed = cloneJson(pod);
    changed.status ??= {};
    change(changed.status);
    this.api.update('pods', changed, 'status');
  }

  create(resource: string, object: KubeObject): void {
    this.api.create(resource, object);
  }

  /** Events about objects of a kind, in the order they were first written. */
  told(kind = 'AnalysisRun'): string[] {
    return this.writes
      .filter(({ type, resource }) => resource === 'events' && type !== 'DELETED')
      .map(({ object }) => object as Event)
      .filter(({ involvedObject }) => involvedObject.kind === kind)
      .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  }
}

export function webMetric(conditions: Partial<Metric> = {}, web: Record<string, unknown> = {}): Metric {
  return { name: 'scan', provider: { web: { url: 'http://scanner.lab.svc/', ...web } }, ...conditions };
}

export function jobMetric(changes: Partial<Metric> = {}, spec: Partial<Job['spec']> = {}): Metric {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'scan', image: 'scanner:1' }] } };
  return { name: 'scan', provider: { job: { spec: { backoffLimit: 0, template, ...spec } } }, ...changes } as Metric;
}
