import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedCluster } from '../../src/embedded/cluster.ts';
import { HttpsServer } from '../../src/embedded/http/https-server.ts';
import { kubeconfigText } from '../../src/embedded/http/kubeconfig-text.ts';
import { createCertificates } from '../../src/embedded/tls.ts';
import { HttpsTransport } from '../../src/kube/https-transport.ts';
import { KubeClient } from '../../src/kube/client.ts';
import { ClusterClock } from '../../src/system/clock.ts';
import { run, type RunResult } from '../../src/system/exec.ts';

/** An embedded cluster on a port of this machine that remembers the writes it was asked for. Nothing acts in it by itself. */
export class ServedCluster {
  readonly client: KubeClient;
  readonly #server: HttpsServer;
  readonly #folder: string;
  readonly #writes: string[];

  private constructor(parts: { client: KubeClient; server: HttpsServer; folder: string; writes: string[] }) {
    this.client = parts.client;
    this.#server = parts.server;
    this.#folder = parts.folder;
    this.#writes = parts.writes;
  }

  static async start(): Promise<ServedCluster> {
    const clock = new ClusterClock(Date.now());
    const cluster = EmbeddedCluster.create({ clock, adminToken: 'admin', assemble: () => ({ controllers: [] }) });
    clock.goLive();
    const certificates = await createCertificates(Date.now());
    const writes: string[] = [];
    const server = await HttpsServer.listen({
      certificates,
      answer: (call) => {
        if (call.method !== 'GET')
          writes.push(`${call.method} ${call.path} ${String(call.headers['content-type'])} ${normalised(call.body)}`);
        return cluster.handler.handle(call);
      },
    });
    const folder = await mkdtemp(join(tmpdir(), 'lab-served-'));
    const { caPem } = certificates;
    await writeFile(join(folder, 'kubeconfig'), kubeconfigText({ server: server.url, caPem, token: 'admin', name: 'lab' }), {
      mode: 0o600,
    });
    const client = new KubeClient(new HttpsTransport({ server: server.url, certificateAuthority: caPem, token: 'admin' }));
    return new ServedCluster({ client, server, folder, writes });
  }

  /** Runs a client program against it. */
  run(program: string, ...args: string[]): Promise<RunResult> {
    const { PATH } = process.env;
    return run(program, args, { timeoutMs: 60_000, env: { PATH, HOME: this.#folder, KUBECONFIG: join(this.#folder, 'kubeconfig') } });
  }

  /** The writes since the last call, each as a line without what differs from run to run. */
  takeWrites(): string[] {
    return this.#writes.splice(0);
  }

  async file(name: string, text: string): Promise<string> {
    const path = join(this.#folder, name);
    await writeFile(path, text);
    return path;
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.#server.close();
    await rm(this.#folder, { recursive: true });
  }
}

function normalised(body: Uint8Array | string | undefined): string {
  const text = body === undefined ? '' : Buffer.from(body).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value, sortedKeys).replaceAll(/"(resourceVersion|generation)":("?)\d+\2,?/g, '');
  } catch {
    return text;
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
