import type { ApiAnswer, ApiCall } from '../../embedded/http/api-call.ts';
import type { ContainerLogs } from '../../embedded/kubelet/container-logs.ts';
import type { StoreSnapshot } from '../../embedded/store/store.ts';
import type { Identity } from './identity.ts';
import { readTarget, touches } from './read-target.ts';
import { SteppedCluster } from './stepped-cluster.ts';

export interface AdvanceRequest {
  /** The furthest that time may move, in milliseconds since the epoch. */
  deadlineMs: number;
  /** GET paths: time stops when a write may have changed what one of them answers. Absent: it moves all the way. */
  until?: string[];
}

/** Where the time of a staged cluster stands. */
export interface StagedTime {
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** What a staged cluster has come to. */
export interface FinishedStaging {
  snapshot: StoreSnapshot;
  containerLogs: ContainerLogs;
}

/** A cluster that is being prepared beside the one that is served, in time of its own. */
export class Staging {
  readonly #staged: SteppedCluster;
  readonly #adminHeader: string;

  /** The identity is that of the cluster which it is to become. */
  constructor(
    startMs: number,
    { adminToken, signingKey, caPem }: Pick<Identity, 'adminToken' | 'signingKey' | 'caPem'>,
    needs: readonly string[] = [],
  ) {
    this.#staged = new SteppedCluster(startMs, { adminToken, signingKey, caPem, needs });
    this.#adminHeader = `Bearer ${adminToken}`;
  }

  get time(): StagedTime {
    return { nowMs: this.#staged.clock.now() };
  }

  /** Answers a request to its API. */
  handle(call: ApiCall): Promise<ApiAnswer> {
    return this.#staged.cluster.handler.handle({ ...call, headers: { ...call.headers, authorization: this.#adminHeader } });
  }

  async advance({ deadlineMs, until }: AdvanceRequest): Promise<StagedTime> {
    const { clock, cluster } = this.#staged;
    const targets = until?.map(readTarget);
    let isTouched = false;
    const forget = cluster.core.watch((event) => {
      isTouched ||= targets?.some((target) => target === undefined || touches(event, target)) ?? false;
    });
    try {
      await clock.advance({ deadlineMs, until: () => isTouched });
    } finally {
      forget();
    }
    return this.time;
  }

  /** Ends it at this moment; answers what it consists of. Rejects when something went wrong inside it. */
  async finish(): Promise<FinishedStaging> {
    const { cluster } = this.#staged;
    await this.#staged.close();
    return { snapshot: cluster.snapshot(), containerLogs: cluster.containerLogs };
  }

  /** Ends it for nothing. */
  async discard(): Promise<void> {
    await this.#staged.close().catch(() => undefined);
  }
}
