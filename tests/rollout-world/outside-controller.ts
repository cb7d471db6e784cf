import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { assembleControlPlane } from '../../src/embedded/assemble-control-plane.ts';
import { serveCluster, type ServedCluster } from '../../src/embedded/http/testing/served-cluster.ts';
import { KindCluster } from './kind-cluster.ts';
import { NetworkProxy } from './network-proxy.ts';

const PROGRAM = 'rollouts-controller';

/** The embedded cluster in real time, without controllers for Rollouts of its own: Argo Rollouts itself acts on it, from outside. */
export class OutsideController {
  readonly cluster: KindCluster;
  readonly served: ServedCluster;
  readonly #proxy: NetworkProxy;
  readonly #program: ChildProcess;
  readonly #said: string[] = [];

  private constructor(cluster: KindCluster, served: ServedCluster, proxy: NetworkProxy, program: ChildProcess) {
    this.cluster = cluster;
    this.served = served;
    this.#proxy = proxy;
    this.#program = program;
    for (const stream of [program.stdout!, program.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => this.#said.push(text));
    }
  }

  /** Answers when the controller says that it is at work. */
  static async start(): Promise<OutsideController> {
    const served = await serveCluster({ assemble: (parts) => assembleControlPlane(parts, () => []) });
    const ports = ['--healthzPort', String(await freePort()), '--metricsPort', String(await freePort())];
    const args = ['--leader-elect=false', '--kubeconfig', served.kubeconfigFile, ...ports];
    const cluster = await KindCluster.connect(served.kubeconfigFile);
    const proxy = await NetworkProxy.listen(served.cluster.network);
    // Why a proxy: web metrics ask Services, which nobody outside of the cluster reaches. The API is on this machine, which needs none.
    const env = { ...process.env, HTTP_PROXY: proxy.url, http_proxy: proxy.url };
    const program = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const outside = new OutsideController(cluster, served, proxy, program);
    await outside.#untilAtWork();
    return outside;
  }

  /** What the controller said about lists, watches and answers that it could not make sense of. */
  complaints(): string[] {
    const lines = this.#said.join('').split('\n');
    return lines.filter((line) => /reflector|[Ff]ailed to (list|watch)|[Dd]ecod|unexpected (object|type)/.test(line));
  }

  async stop(): Promise<void> {
    if (this.#program.exitCode === null) {
      this.#program.kill();
      await once(this.#program, 'close');
    }
    this.cluster.client.close();
    await this.#proxy.close();
    await this.served.close();
    await this.served.cluster.close();
  }

  async #untilAtWork(): Promise<void> {
    while (!this.#said.join('').includes('Started rollout workers')) {
      const ended = once(this.#program, 'close').then(([code]) =>
        Promise.reject(new Error(`${PROGRAM} ended with ${String(code)}: ${this.#said.join('')}`)),
      );
      await Promise.race([ended, once(this.#program.stdout!, 'data'), once(this.#program.stderr!, 'data')]);
      ended.catch(() => undefined);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
