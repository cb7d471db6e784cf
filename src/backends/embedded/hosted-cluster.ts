import { ContainerLogs } from '../../embedded/kubelet/container-logs.ts';
import { EmbeddedCluster } from '../../embedded/cluster.ts';
import type { ApiAnswer, ApiCall } from '../../embedded/http/api-call.ts';
import type { AuditEvent } from '../../embedded/store/journal.ts';
import type { Repositories } from '../../embedded/repositories.ts';
import { openLmdbLog, type LmdbLog } from '../../embedded/store/lmdb-log.ts';
import type { JournalContent } from '../../embedded/store/store-log.ts';
import { objectsOf, type StoreSnapshot } from '../../embedded/store/store.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { ClusterClock } from '../../system/clock.ts';
import { toMicroTimestamp } from '../../system/time.ts';
import type { FinishedStaging } from './staging.ts';
import { PLANTED_MARK } from './daemon-journal.ts';
import type { Identity } from './identity.ts';
import { OpenRequests } from './open-requests.ts';

export interface HostedClusterOptions {
  /** Where its state is kept. */
  stateFolder: string;
  identity: Pick<Identity, 'adminToken' | 'signingKey' | 'caPem'>;
  now: () => number;
  onError: (error: unknown) => void;
  /** Git repositories that the cluster may read; none unless given. */
  repositories?: Repositories;
}

/** Revisions are never given out twice, so that a watch from before a reset is told that it is too late. */
const REVISION_LEAP = 10_000;

/** The cluster that a process serves: brought back from its log, or taken over from whoever planted it; live, and durable write by write. */
export class HostedCluster {
  readonly #log: LmdbLog;
  readonly #options: HostedClusterOptions;
  #replacement: Promise<void> | undefined;
  #running: { cluster: EmbeddedCluster; clock: ClusterClock; requests: OpenRequests } | undefined;

  /** Opens the log, and goes on with the cluster in it, if there is one. */
  static async open(options: HostedClusterOptions): Promise<HostedCluster> {
    const { log, snapshot } = await openLmdbLog(options.stateFolder, { journalKey: options.identity.signingKey });
    const hosted = new HostedCluster(log, options);
    if (snapshot) hosted.#run(snapshot, options.now());
    return hosted;
  }

  private constructor(log: LmdbLog, options: HostedClusterOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** Whether there is a cluster at all. */
  get hasCluster(): boolean {
    return this.#running !== undefined;
  }

  /** Answers a request to the Kubernetes API, once a replacement that is under way is done; undefined while there is no cluster. */
  async handle(call: ApiCall): Promise<ApiAnswer | undefined> {
    await this.#replacement?.catch(() => undefined);
    return this.#running?.requests.track(this.#running.cluster.handler.handle(call));
  }

  /** Every object, once a replacement that is under way is done; undefined while there is no cluster. */
  async objects(): Promise<KubeObject[] | undefined> {
    await this.#replacement?.catch(() => undefined);
    return this.#running && objectsOf(this.#running.cluster.snapshot());
  }

  /** Replaces everything, the journal too, which begins anew. After a crash either the old cluster or the new one is there. */
  async takeOver(planted: FinishedStaging, nowMs: number): Promise<void> {
    this.#replacement = this.#replace(planted, nowMs);
    try {
      await this.#replacement;
    } finally {
      this.#replacement = undefined;
    }
  }

  journal(): JournalContent {
    return this.#log.journal();
  }

  /** Stops the cluster; when this resolves, everything that was acknowledged is in its files. */
  async close(): Promise<void> {
    await this.#stop();
    await this.#log.close();
  }

  async #replace({ snapshot: planted, containerLogs }: FinishedStaging, nowMs: number): Promise<void> {
    const before = this.#running?.cluster.core.store.revision ?? 0;
    await this.#stop();
    const revision = Math.max(planted.revision, before, this.#log.lastRevision) + REVISION_LEAP;
    const snapshot = { revision, objects: planted.objects };
    await this.#log.replace(snapshot, [plantedMark(nowMs)]);
    this.#run(snapshot, nowMs, containerLogs);
  }

  #run(snapshot: StoreSnapshot, nowMs: number, containerLogs = new ContainerLogs()): void {
    const { identity, onError, repositories } = this.#options;
    const clock = new ClusterClock(nowMs, onError);
    const { adminToken, signingKey, caPem } = identity;
    const keys = { adminToken, signingKey, caPem };
    const cluster = EmbeddedCluster.create({
      clock,
      snapshot,
      log: this.#log,
      containerLogs,
      ...keys,
      ...(repositories && { repositories }),
      onUnexpected: onError,
    });
    cluster.start();
    clock.goLive();
    this.#running = { cluster, clock, requests: new OpenRequests() };
  }

  /** From here on nothing writes any more; watches end. */
  async #stop(): Promise<void> {
    const stopped = this.#running;
    this.#running = undefined;
    stopped?.cluster.stop();
    stopped?.clock.stop();
    await stopped?.requests.finish();
    await stopped?.cluster.close();
  }
}

/** The first entry of a journal: no write, it only says when the scenario had been planted. */
function plantedMark(nowMs: number): AuditEvent {
  const timestamp = toMicroTimestamp(nowMs);
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: PLANTED_MARK,
    stage: 'ResponseComplete',
    requestURI: '/lab/v1/staging/commit',
    verb: 'update',
    user: { username: 'kubernetes-admin', groups: [] },
    sourceIPs: ['127.0.0.1'],
    userAgent: 'lab',
    objectRef: { resource: 'state', apiGroup: 'lab', apiVersion: 'v1', name: 'state' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: timestamp,
    stageTimestamp: timestamp,
  };
}
