import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { request, Agent } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasKubectl, kubectlSession } from '../../../tests/support/kubectl-session.ts';

const session = kubectlSession();
const { ok } = session;
const forwards: Forward[] = [];

const SHOP = `
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec: {terminationGracePeriodSeconds: 1, containers: [{name: shop, image: "lab/shop:1.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
`;

/** A running `kubectl port-forward`. */
class Forward {
  readonly ended: Promise<number | null>;
  readonly #program: ChildProcess;
  #said = '';

  constructor(...args: string[]) {
    const env = { ...process.env, KUBECONFIG: session.served.kubeconfigFile };
    this.#program = spawn('kubectl', ['port-forward', '--address', '127.0.0.1', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#program.stdout!, this.#program.stderr!])
      stream.on('data', (text: Buffer) => (this.#said += text.toString()));
    this.ended = once(this.#program, 'close').then(([code]) => code as number | null);
    forwards.push(this);
  }

  get said(): string {
    return this.#said;
  }

  /** The port on this machine, once it is there. */
  async port(remote: number): Promise<number> {
    const found = (): string | undefined => new RegExp(`127\\.0\\.0\\.1:(\\d+) -> ${remote}`).exec(this.#said)?.[1];
    await expect.poll(found, { timeout: 30_000 }).toBeDefined();
    return Number(found());
  }

  stop(): void {
    this.#program.kill();
  }
}

interface Answer {
  status: number | undefined;
  body: string;
  pod: string | undefined;
}

function ask(
  port: number,
  path: string,
  { method = 'GET', body = '', agent }: { method?: string; body?: string; agent?: Agent } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, ...(agent && { agent }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body: text, pod: answer.headers['x-pod'] as string | undefined }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe.runIf(hasKubectl)('kubectl port-forward', () => {
  beforeAll(async () => {
    await ok('wait sa/default --for=create --timeout=20s');
    await ok('apply -f -', SHOP);
    await ok('wait pod/shop --for=condition=Ready --timeout=20s');
  });

  afterEach(() => {
    for (const forward of forwards.splice(0)) forward.stop();
  });

  it('leads to a pod, again and again', async () => {
    const forward = new Forward('pod/shop', ':8080');
    const port = await forward.port(8080);
    for (let time = 1; time <= 3; time += 1) expect(await ask(port, '/')).toMatchObject({ status: 200, pod: 'shop' });
    expect(await ask(port, '/no/such/page')).toMatchObject({ status: 404 });
    expect(forward.said).not.toMatch(/error/i);
  });

  it('leads to a pod behind a Service', async () => {
    const port = await new Forward('service/front', ':80').port(8080);
    expect((await ask(port, '/version')).body).toContain('"1.0"');
  });

  it('keeps a connection for several requests', async () => {
    const forward = new Forward('pod/shop', ':8080');
    const port = await forward.port(8080);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let time = 1; time <= 3; time += 1) expect((await ask(port, '/', { agent })).status).toBe(200);
    agent.destroy();
    expect(forward.said.match(/Handling connection/g)).toHaveLength(1);
  });

  it('leads many connections side by side', async () => {
    const port = await new Forward('pod/shop', ':8080').port(8080);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(port, `/search?q=${index}`)));
    expect(answers.map(({ status, pod }) => `${status} ${pod}`)).toEqual(Array.from({ length: 20 }, () => '200 shop'));
  });

  it('takes a long request and one that is broken off', async () => {
    const forward = new Forward('pod/shop', ':8080');
    const port = await forward.port(8080);
    expect((await ask(port, '/cart', { method: 'POST', body: 'x'.repeat(200_000) })).status).toBeGreaterThanOrEqual(200);
    const half = createConnection(port, '127.0.0.1');
    half.write('POST /cart HTTP/1.1\r\nhost: shop\r\ncontent-length: 100\r\n\r\nhalf');
    await expect.poll(() => forward.said.match(/Handling connection/g)?.length).toBe(2);
    half.destroy();
    expect((await ask(port, '/')).status).toBe(200);
  });

  it('answers what is no HTTP as a server does, and goes on', async () => {
    const port = await new Forward('pod/shop', ':8080').port(8080);
    const socket = createConnection(port, '127.0.0.1');
    socket.end('what is this\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask(port, '/')).status).toBe(200);
  });

  it('says that nobody listens, and ends', async () => {
    const forward = new Forward('pod/shop', ':9999');
    await expect(ask(await forward.port(9999), '/')).rejects.toThrow();
    expect(await forward.ended).toBe(1);
    expect(forward.said).toContain('9999: connect: connection refused');
    expect(forward.said).toMatch(/error: lost connection to pod\n$/);
  });

  it('says that there is no such pod', async () => {
    const forward = new Forward('pod/nobody', ':8080');
    expect(await forward.ended).toBe(1);
    expect(forward.said).toBe('Error from server (NotFound): pods "nobody" not found\n');
  });
});
