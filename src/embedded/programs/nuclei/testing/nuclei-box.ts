import { Shop } from '../../../../apps/shop/shop.ts';
import type { HttpRequest, HttpResponse, NetworkErrorCode } from '../../../network/http.ts';
import type { ProcessEnd, SandboxSpec } from '../../../shell/container-process.ts';
import type { FetchOutcome } from '../../../shell/kernel/kernel.ts';
import { SandboxCore } from '../../../shell/sandbox-core.ts';

/** What becomes of a request on the fake network: an answer, an error, or nothing until time is up. */
export type FakeNetwork = (request: HttpRequest) => HttpResponse | NetworkErrorCode | 'silence';

/** How a run ended, and what it did. */
export interface BoxResult {
  stdout: string;
  stderr: string;
  end: ProcessEnd;
  requests: HttpRequest[];
  /** Virtual time that passed. */
  tookMs: number;
  /** Reads a file that the run left. */
  fileText(path: string): string | undefined;
}

export interface BoxOptions {
  files?: Record<string, string>;
  network?: FakeNetwork;
  env?: Record<string, string>;
  stdin?: string;
  /** Further programs of the image, besides nuclei. */
  commands?: readonly string[];
}

const START_MS = Date.UTC(2026, 10, 25, 12);
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a command line in a container that has nuclei, on a clock that jumps to whatever is waited for next. */
export async function runInBox(argv: readonly string[], options: BoxOptions = {}): Promise<BoxResult> {
  const requests: HttpRequest[] = [];
  let nowMs = START_MS;
  let timers: { dueMs: number; done: () => void }[] = [];
  const later = (delayMs: number, done: () => void): (() => void) => {
    const timer = { dueMs: nowMs + delayMs, done };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  };
  const core = new SandboxCore(sandboxSpec(options), 'box', {
    now: () => nowMs,
    sleep: later,
    fetch: (request, done) => {
      requests.push(request);
      answer(options.network?.(request) ?? 'ECONNREFUSED', request, done, later);
    },
  });
  const result: BoxResult = {
    stdout: '',
    stderr: '',
    end: { kind: 'cannot-simulate', message: 'never ended' },
    requests,
    tookMs: 0,
    fileText: () => undefined,
  };
  let hasEnded = false;
  const process = core.start(
    {
      argv,
      env: { PATH, HOME: '/root', ...options.env },
      workingDirectory: '/work',
      hostname: 'box',
      hasStdin: options.stdin !== undefined,
    },
    {
      output: (stream, text) => (result[stream] += text),
      ended: (end) => {
        hasEnded = true;
        result.end = end;
      },
    },
  );
  result.fileText = (path) => {
    const node = process.files.find(path, { workingDirectory: '/', user: 0 });
    return node?.kind === 'file' ? Buffer.from(node.content, 'latin1').toString('utf8') : undefined;
  };
  if (options.stdin !== undefined) {
    process.session.input!.feed(options.stdin);
    process.session.input!.end();
  }
  await core.run();
  while (!hasEnded && timers.length > 0) {
    const next = timers.reduce((first, timer) => (timer.dueMs < first.dueMs ? timer : first));
    timers = timers.filter((timer) => timer !== next);
    nowMs = Math.max(nowMs, next.dueMs);
    next.done();
    await core.run();
  }
  result.tookMs = nowMs - START_MS;
  return result;
}

/** Answers for a release of the shop, whatever the host. */
export function shopNetwork(release: string, env: Record<string, string> = { PAYMENT_API_KEY: 'pk-lab' }): FakeNetwork {
  const shop = new Shop({ release, hostname: 'shop-pod', env, nowMs: () => START_MS, log: () => undefined });
  return ({ method, url, headers, body = '' }) => {
    const target = url.replace(/^[a-z]+:\/\/[^/?#]*/, '') || '/';
    return url.startsWith('http://') ? shop.handle({ method, target, headers, body, remoteIp: '10.0.0.1' }) : 'ENOTFOUND';
  };
}

function answer(
  outcome: HttpResponse | NetworkErrorCode | 'silence',
  request: HttpRequest,
  done: (outcome: FetchOutcome) => void,
  later: (delayMs: number, done: () => void) => void,
): void {
  if (outcome === 'silence') later(request.timeoutMs ?? 127_000, () => done({ error: 'ETIMEDOUT' }));
  else done(typeof outcome === 'string' ? { error: outcome } : { response: outcome });
}

function sandboxSpec({ files = {}, commands = [] }: BoxOptions): SandboxSpec {
  return {
    files: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, fileSpec(content)])),
    directories: ['/work'],
    readOnlyPaths: [],
    commands: ['nuclei', 'sh', 'sleep', ...commands],
    limits: { cpuMs: 5000, memoryMb: 64, outputBytes: 1_000_000 },
  };
}

/** `-> target` as content stands for a symbolic link. */
function fileSpec(content: string): SandboxSpec['files'][string] {
  return content.startsWith('-> ') ? { content: '', symlinkTo: content.slice(3) } : { content };
}
