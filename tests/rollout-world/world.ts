import type { KubeClient, Patch } from '../../src/kube/client.ts';
import { actOnRollout, readRollout, type ActionOptions, type RolloutAction } from '../../src/kube/rollout-actions.ts';
import type { Pod, Service } from '../../src/kube/types/core.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import type { AnalysisRun, Rollout } from '../../src/kube/types/rollouts.ts';
import type { Job, ReplicaSet } from '../../src/kube/types/workloads.ts';
import { HistoryRecorder, type History } from './history.ts';
import { resourceOf } from './manifests.ts';
import type { Change, FollowedCluster } from './followed-cluster.ts';

const HASH = 'rollouts-pod-template-hash';
const WITHIN_SECONDS = 120;

/** The namespace that a program lives in: what it does there, and what it sees. */
export class World {
  readonly cluster: FollowedCluster;
  readonly namespace: string;
  readonly #recorder = new HistoryRecorder();
  readonly #isOurs: boolean;
  #stop: () => void = () => undefined;
  #changes = 0;

  private constructor(cluster: FollowedCluster, namespace: string, isOurs: boolean) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.#isOurs = isOurs;
  }

  /** A namespace of its own. */
  static async open(cluster: FollowedCluster, namespace: string): Promise<World> {
    const world = new World(cluster, namespace, true);
    await cluster.client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await world.#untilPodsMayBeMade();
    await world.#follow();
    return world;
  }

  /** A namespace that is there already; what happened in it before is not part of the history. */
  static async enter(cluster: FollowedCluster, namespace: string): Promise<World> {
    const world = new World(cluster, namespace, false);
    await world.#follow();
    world.#recorder.begin();
    return world;
  }

  /** Stops to look, and removes the namespace if it is the world's own. */
  async close(): Promise<void> {
    this.#stop();
    if (this.#isOurs) await this.client.delete('namespaces', undefined, this.namespace);
  }

  get client(): KubeClient {
    return this.cluster.client;
  }

  history(): History {
    return this.#recorder.history();
  }

  // What is there; hashes are called h1, h2 in the order in which they came.

  get rollout(): Rollout | undefined {
    return this.#recorder.objects<Rollout>('rollouts.argoproj.io')[0];
  }

  get status(): NonNullable<Rollout['status']> {
    return this.rollout?.status ?? {};
  }

  /** `Healthy`, `Paused: BlueGreenPause`; what was said about an older spec does not count. */
  get phase(): string {
    const { rollout } = this;
    if (!rollout || rollout.status?.observedGeneration !== String(rollout.metadata['generation'])) return 'unobserved';
    const { phase = '', message } = rollout.status;
    return this.#recorder.names.plain(message ? `${phase}: ${message}` : phase);
  }

  get stable(): string {
    return this.#recorder.names.hash(this.status.stableRS);
  }

  get current(): string {
    return this.#recorder.names.hash(this.status.currentPodHash);
  }

  get active(): string {
    return this.selected('active');
  }

  get preview(): string {
    return this.selected('preview');
  }

  selected(service: string): string {
    const found = this.#recorder.objects<Service>('services').find(({ metadata }) => metadata.name === service);
    return this.#recorder.names.hash(found?.spec.selector?.[HASH]);
  }

  /** The ReplicaSet called `h1`. */
  replicaSet(hash: string): ReplicaSet | undefined {
    return this.#recorder
      .objects<ReplicaSet>('replicasets.apps')
      .find(({ metadata }) => this.#recorder.names.hash(metadata.labels?.[HASH]) === hash);
  }

  get replicaSets(): ReplicaSet[] {
    return this.#recorder.objects<ReplicaSet>('replicasets.apps');
  }

  /** Wanted and available pods, as `2/1`. */
  size(hash: string): string {
    const found = this.replicaSet(hash);
    return found ? `${found.spec.replicas}/${found.status?.availableReplicas ?? 0}` : 'none';
  }

  /** Desired, current, updated, ready and available replicas of the Rollout. */
  get counts(): number[] {
    const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = this.status;
    return [this.rollout?.spec.replicas ?? 0, replicas, updatedReplicas, readyReplicas, availableReplicas];
  }

  /** AnalysisRuns by the names that a history gives them. */
  get runs(): Map<string, AnalysisRun> {
    const runs = this.#recorder.objects<AnalysisRun>('analysisruns.argoproj.io');
    return new Map(runs.map((run) => [this.#recorder.names.plain(run.metadata.name), run]));
  }

  /** `shop-h2-2-pre Failed, ...` in the order of names. */
  get runPhases(): string[] {
    return [...this.runs].map(([name, run]) => `${name} ${run.status?.phase ?? ''}`).sort();
  }

  run(name: string): AnalysisRun | undefined {
    return this.runs.get(name);
  }

  get pods(): Pod[] {
    return this.#recorder.objects<Pod>('pods');
  }

  /** The pods of `h1` that are to stay. */
  podsOf(hash: string): Pod[] {
    return this.pods.filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined && this.#recorder.names.hash(metadata.labels?.[HASH]) === hash,
    );
  }

  get jobs(): Job[] {
    return this.#recorder.objects<Job>('jobs.batch');
  }

  objects<T extends KubeObject>(resource: string): T[] {
    return this.#recorder.objects<T>(resource);
  }

  /** A text with the names of a history in it. */
  plain(text: string): string {
    return this.#recorder.names.plain(text);
  }

  // What a program does.

  async create(...objects: KubeObject[]): Promise<void> {
    for (const object of objects) {
      if (object.kind === 'Rollout') await this.#letControllerHear();
      await this.client.create(resourceOf(object), { ...object, metadata: { ...object.metadata, namespace: this.namespace } });
    }
  }

  /** Patches the Rollout, as a merge patch of what is given. */
  async change(spec: Record<string, unknown>): Promise<void> {
    await this.patch('rollouts.argoproj.io', 'shop', { type: 'merge', body: { spec } });
  }

  async patch(resource: string, name: string, patch: Patch, subresource?: string): Promise<void> {
    const written = await this.client.patch(resource, this.namespace, name, patch, subresource === undefined ? {} : { subresource });
    await this.#hear(resource, written);
  }

  async delete(resource: string, name: string): Promise<void> {
    await this.client.delete(resource, this.namespace, name);
  }

  /** What the plugin does; answers what it prints. */
  async act(action: RolloutAction, options: ActionOptions = {}): Promise<string> {
    const said = await actOnRollout(this.client, { namespace: this.namespace, name: 'shop' }, action, options);
    await this.#hear('rollouts.argoproj.io', await readRollout(this.client, { namespace: this.namespace, name: 'shop' }));
    return said;
  }

  /** Waits until something holds; rejects with how things are instead. */
  async until(what: string, holds: () => boolean, withinSeconds = WITHIN_SECONDS): Promise<void> {
    if (await this.cluster.waitUntil(holds, withinSeconds * 1000)) return;
    throw new Error(`not within ${withinSeconds} s: ${what}; ${this.describe()}`);
  }

  untilPhase(phase: string, withinSeconds?: number): Promise<void> {
    return this.until(phase, () => this.phase.startsWith(phase), withinSeconds);
  }

  /** Healthy, with everything of the newest template live. */
  untilHealthy(withinSeconds?: number): Promise<void> {
    return this.until(
      'Healthy',
      () => this.phase === 'Healthy' && this.status.stableRS === this.status.currentPodHash && this.stable === this.active,
      withinSeconds,
    );
  }

  /** Lets a long time pass where time costs nothing, else a shorter one. */
  age({ live, stepped }: { live: number; stepped: number }): Promise<void> {
    return this.pass(this.cluster.isStepped ? stepped : live);
  }

  pass(seconds: number): Promise<void> {
    return this.cluster.pass(seconds * 1000);
  }

  /** Waits until nothing has happened for a while. */
  async settle(quietSeconds = 3): Promise<void> {
    for (let quiet = 0; quiet < quietSeconds;) {
      const before = this.#changes;
      await this.pass(1);
      quiet = this.#changes === before ? quiet + 1 : 0;
    }
  }

  async #follow(): Promise<void> {
    this.#stop = await this.cluster.follow(this.namespace, (change) => {
      if (!isAboutPod(change)) this.#changes += 1;
      this.#recorder.observe(change);
    });
  }

  /** Why: the controller reads Services and templates from a cache, and says InvalidSpec about those that it has not heard of. */
  async #letControllerHear(): Promise<void> {
    await this.pass(this.cluster.isStepped ? 1 : 2);
  }

  /** Why: a pod that is created before its namespace has a service account is refused. */
  async #untilPodsMayBeMade(): Promise<void> {
    for (let tries = 0; !(await this.client.get('serviceaccounts', this.namespace, 'default')); tries += 1) {
      if (tries > 600) throw new Error(`namespace ${this.namespace} has no service account`);
      await this.cluster.pass(100);
    }
  }

  /** Waits until a write that was answered is also seen. */
  async #hear(resource: string, { metadata }: KubeObject): Promise<void> {
    const isHeard = (): boolean => {
      const seen = this.#recorder.objects(resource).find(({ metadata: { uid } }) => uid === metadata.uid);
      return !seen || Number(seen.metadata.resourceVersion) >= Number(metadata.resourceVersion);
    };
    if (!(await this.cluster.waitUntil(isHeard, 30_000))) throw new Error(`a write to ${resource} ${metadata.name} was never heard of`);
  }

  describe(): string {
    return [
      `phase ${this.phase}`,
      `stable ${this.stable}`,
      `current ${this.current}`,
      `active ${this.active}`,
      `preview ${this.preview}`,
      ...this.replicaSets.map(({ metadata, spec, status }) =>
        this.plain(`${metadata.name} ${spec.replicas}/${status?.availableReplicas ?? 0}`),
      ),
      ...this.runPhases,
    ].join(', ');
  }
}

/** Events about pods: a probe that fails is told again and again, for as long as it fails. */
function isAboutPod({ object }: Change): boolean {
  return object.kind === 'Event' && (object as KubeObject & { involvedObject?: { kind?: string } }).involvedObject?.kind === 'Pod';
}
