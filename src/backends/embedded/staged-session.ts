import { KubeClient } from '../../kube/client.ts';
import type { ClusterSession } from '../../kube/cluster-session.ts';
import type { HttpRequest, HttpResponse, HttpStream, Transport } from '../../kube/transport.ts';
import type { DaemonClient } from './daemon-client.ts';

/** A transport that remembers what was read through it. */
class ReadRecorder implements Transport {
  readonly server: string;
  readonly #through: Transport;
  #reads = new Set<string>();

  constructor(through: Transport) {
    this.server = through.server;
    this.#through = through;
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    if (request.method === 'GET') this.#reads.add(request.path);
    return this.#through.send(request);
  }

  stream(request: HttpRequest): Promise<HttpStream> {
    return this.#through.stream(request);
  }

  close(): void {
    this.#through.close();
  }

  /** The paths that were read since the last call. */
  take(): string[] {
    const reads = [...this.#reads];
    this.#reads.clear();
    return reads;
  }
}

/** The cluster that a cluster process is preparing: its time moves while somebody waits, and costs nothing. */
export class StagedSession implements ClusterSession {
  readonly client: KubeClient;
  readonly #daemon: DaemonClient;
  readonly #recorder: ReadRecorder;
  #nowMs: number;

  constructor(daemon: DaemonClient, startMs: number) {
    this.#daemon = daemon;
    this.#recorder = new ReadRecorder(daemon.stagedTransport());
    this.client = new KubeClient(this.#recorder);
    this.#nowMs = startMs;
  }

  /** Looks again only after a write that can have changed what the last look saw. */
  async waitUntil(holds: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const deadlineMs = this.#nowMs + withinMs;
    for (;;) {
      this.#recorder.take();
      if (await holds()) return true;
      if (this.#nowMs >= deadlineMs) return false;
      await this.#advance(deadlineMs, this.#recorder.take());
    }
  }

  async elapse(delayMs: number): Promise<void> {
    await this.#advance(this.#nowMs + delayMs);
  }

  async #advance(deadlineMs: number, until?: string[]): Promise<void> {
    this.#nowMs = (await this.#daemon.advanceStaging({ deadlineMs, ...(until && { until }) })).nowMs;
  }
}
