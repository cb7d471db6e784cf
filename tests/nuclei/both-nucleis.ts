import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Shop } from '../../src/apps/shop/shop.ts';
import { RELEASES } from '../../src/apps/shop/releases.ts';
import type { HttpResponse, ServedRequest } from '../../src/embedded/network/http.ts';
import { runInBox } from '../../src/embedded/programs/nuclei/testing/nuclei-box.ts';
import { serveRange } from './range.ts';

const repository = new URL('../../', import.meta.url).pathname;
const SHOP_ENV = { PAYMENT_API_KEY: 'pk-lab-test' };

/** What one of the two did with its arguments. */
export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Files that the run wrote, by name. */
  files: Record<string, string | undefined>;
  /** Requests that reached a server, each as a line. */
  requests: string[];
}

/** A run for both. `SHOP` in arguments is the shop's address, `RANGE` the range's, `CLOSED` one where nobody listens, `DIR` the folder with the files. */
export interface Run {
  args: readonly string[];
  files: Readonly<Record<string, string>>;
  release?: string;
  stdin?: string;
  /** Names of files to read afterwards. */
  reads?: readonly string[];
}

/** Servers of every release of the shop and of the range, for the real nuclei over sockets and for the embedded one directly. */
export class BothNucleis {
  readonly #folder: string;
  readonly #shops = new Map<string, { port: number; child: ChildProcess }>();
  readonly #ports = new Map<number, (request: ServedRequest) => HttpResponse | undefined>();
  #range: Server | undefined;
  #rangePort = 0;
  #closedPort = 0;
  #requests: string[] = [];
  #runs = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<BothNucleis> {
    const both = new BothNucleis(await mkdtemp(join(tmpdir(), 'lab-nuclei-')));
    await both.#prepareHome();
    both.#closedPort = await freePort();
    await both.#startRange();
    for (const release of Object.keys(RELEASES)) await both.#startShop(release);
    return both;
  }

  async stop(): Promise<void> {
    for (const { child } of this.#shops.values()) child.kill('SIGKILL');
    await new Promise((resolve) => this.#range?.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Gives both the same arguments and files, in a folder of their own with the same path. */
  async run(run: Run): Promise<{ real: Outcome; embedded: Outcome }> {
    await this.#untilReady(run.release);
    const directory = join(this.#folder, `run-${++this.#runs}`);
    await writeFiles(directory, run.files);
    const fill = (text: string): string =>
      text
        .replaceAll('SHOP', `http://127.0.0.1:${this.#shops.get(run.release ?? '1.0')!.port}`)
        .replaceAll('RANGE', `http://127.0.0.1:${this.#rangePort}`)
        .replaceAll('CLOSED', `http://127.0.0.1:${this.#closedPort}`)
        .replaceAll('DIR', directory);
    const args = run.args.map(fill);
    const stdin = run.stdin === undefined ? undefined : fill(run.stdin);
    const real = await this.#runReal(args, directory, stdin, run);
    const embedded = await this.#runEmbedded(args, directory, stdin, run);
    return { real, embedded };
  }

  async #runReal(args: readonly string[], cwd: string, stdin: string | undefined, { reads = [], release }: Run): Promise<Outcome> {
    this.#requests = [];
    const env = { PATH: process.env['PATH'], HOME: this.#home };
    const child = spawn('nuclei', args, { cwd, env, stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    child.stdin?.end(stdin);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (chunk: string) => (output[name] += chunk));
    }
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', reject).on('close', (code) => resolve(code ?? -1));
    });
    if (release !== undefined) await this.#untilLogged(release);
    const contents = await Promise.all(reads.map((name) => readFile(join(cwd, name), 'utf8').catch(() => undefined)));
    return {
      exitCode,
      ...output,
      files: Object.fromEntries(reads.map((name, index) => [name, contents[index]])),
      requests: this.#requests,
    };
  }

  async #runEmbedded(args: readonly string[], directory: string, stdin: string | undefined, run: Run): Promise<Outcome> {
    this.#requests = [];
    const files = Object.fromEntries(Object.entries(run.files).map(([name, content]) => [join(directory, name), content]));
    const result = await runInBox(['sh', '-c', 'cd "$1"; shift; exec nuclei "$@"', 'sh', directory, ...args], {
      files: { ...files, [join(directory, '.folder')]: '' },
      env: { HOME: this.#home },
      ...(stdin !== undefined && { stdin }),
      network: ({ method, url, headers, body = '' }) => {
        const { hostname: host, port, protocol } = new URL(url);
        const handler = ['127.0.0.1', 'localhost'].includes(host) ? this.#ports.get(Number(port)) : undefined;
        if (protocol !== 'http:' || /[a-z]\.$/.test(host)) return 'ENOTFOUND';
        const target = url.replace(/^[a-z]+:\/\/[^/?#]*/, '') || '/';
        return handler ? (handler({ method, target, headers, body, remoteIp: '127.0.0.1' }) ?? 'ECONNRESET') : 'ECONNREFUSED';
      },
    });
    const reads = run.reads ?? [];
    const written = Object.fromEntries(reads.map((name) => [name, result.fileText(join(directory, name))]));
    const exitCode = result.end.kind === 'cannot-simulate' ? -1 : result.end.code;
    const stderr = result.end.kind === 'cannot-simulate' ? `cannot simulate: ${result.end.message}` : result.stderr;
    return { exitCode, stdout: result.stdout, stderr, files: written, requests: this.#requests };
  }

  /** Waits until a release is ready, if it ever is; one of them takes a while. */
  async #untilReady(release: string | undefined): Promise<void> {
    if (release === undefined || RELEASES[release]!.readyAfterMs === undefined) return;
    const { port } = this.#shops.get(release)!;
    while ((await fetch(`http://127.0.0.1:${port}/readyz`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 200));
  }

  /** Waits until a shop's log holds everything up to now: until a request of ours turns up in it. */
  async #untilLogged(release: string): Promise<void> {
    const path = `/healthz?run=${this.#runs}`;
    await fetch(`http://127.0.0.1:${this.#shops.get(release)!.port}${path}`);
    const line = `GET ${path} 200`;
    while (!this.#requests.includes(line)) await new Promise((resolve) => setTimeout(resolve, 10));
    this.#requests = this.#requests.filter((request) => request !== line && !request.startsWith('GET /readyz'));
  }

  get #home(): string {
    return join(this.#folder, 'home');
  }

  async #prepareHome(): Promise<void> {
    await mkdir(join(this.#home, '.config/nuclei'), { recursive: true });
    await writeFile(join(this.#home, '.config/nuclei/.nuclei-ignore'), 'tags: []\nfiles: []\n');
  }

  async #startRange(): Promise<void> {
    this.#range = createServer((request, response) => {
      void readBody(request).then((body) => {
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
        const served = { method: request.method ?? 'GET', target: request.url ?? '/', headers, body, remoteIp: '127.0.0.1' };
        const answer = this.#recordedRange(served);
        if (!answer) {
          request.socket.destroy();
          return;
        }
        response.writeHead(answer.status, answer.headers).end(request.method === 'HEAD' ? undefined : answer.body);
      });
    });
    await new Promise<void>((resolve) => this.#range!.listen(0, '127.0.0.1', resolve));
    this.#rangePort = (this.#range.address() as AddressInfo).port;
    this.#ports.set(this.#rangePort, (request) => this.#recordedRange(request));
  }

  #recordedRange(request: ServedRequest): HttpResponse | undefined {
    const names = Object.keys(request.headers).filter((name) => !['accept-encoding', 'content-length'].includes(name));
    const headers = names.sort().map((name) => `${name}=${name === 'user-agent' ? 'UA' : request.headers[name]}`);
    this.#requests.push(`${request.method} ${request.target} ${headers.join(' ')} ${JSON.stringify(request.body)}`);
    return serveRange(request);
  }

  async #startShop(release: string): Promise<void> {
    const port = await freePort();
    const env = { ...SHOP_ENV, RELEASE: release, PORT: String(port) };
    const child = spawn(process.execPath, [join(repository, 'dist/src/apps/shop/main.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#shops.set(release, { port, child });
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
    child.stdout.on('data', (chunk: Buffer) => this.#requests.push(...chunk.toString().split('\n').filter(Boolean).map(logLine)));
    const log = (line: string): void => void this.#requests.push(logLine(line));
    const shop = new Shop({ release, hostname: hostname(), env, startedMs: 0, nowMs: () => Date.now(), log });
    this.#ports.set(port, (request) => shop.handle(request));
  }
}

/** A line of the shop's log without what differs from run to run. */
function logLine(line: string): string {
  const { method, path, status } = JSON.parse(line) as { method: string; path: string; status: number };
  return `${method} ${path} ${status}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
  return body;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Writes files; content that begins with `-> ` makes a symbolic link. */
async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    if (content.startsWith('-> ')) await symlink(content.slice(3), path);
    else await writeFile(path, content);
  }
}
