import { afterAll, expect, test } from 'vitest';
import { ClusterClock } from '../../../system/clock.ts';
import { NetworkError, type HttpRequest, type HttpResponse, type NetworkErrorCode } from '../../network/http.ts';
import { WorkerSandboxPool } from '../worker-sandbox-pool.ts';
import { WorkerThreads } from '../worker/worker-threads.ts';

const threads = new WorkerThreads();
afterAll(async () => threads.close());

interface Outcome {
  stdout: string;
  stderr: string;
  code: number | undefined;
  asked: HttpRequest[];
}

async function run(script: string, answer: (request: HttpRequest) => HttpResponse): Promise<Outcome> {
  const clock = new ClusterClock(0);
  const asked: HttpRequest[] = [];
  const host = {
    now: () => clock.now(),
    sleep: (delayMs: number, done: () => void) => clock.after(delayMs, done),
    fetch: (request: HttpRequest): Promise<HttpResponse> => {
      asked.push(request);
      return new Promise((resolve) => resolve(answer(request)));
    },
    hold: () => clock.hold(),
    commandFault: () => undefined,
  };
  const limits = { cpuMs: 5_000, memoryMb: 64, outputBytes: 1_000_000 };
  const spec = { files: {}, directories: ['/scratch'], readOnlyPaths: [], commands: ['sh', 'cat', 'wget'], limits };
  const sandbox = new WorkerSandboxPool(threads).open(spec, host);
  const outcome: Outcome = { stdout: '', stderr: '', code: undefined, asked };
  sandbox.start(
    { argv: ['sh', '-c', script], env: { PATH: '/usr/bin:/bin' }, workingDirectory: '/scratch', hostname: 'pod' },
    {
      onOutput: (stream, text) => void (outcome[stream] += text),
      onEnd: (end) => void (outcome.code = 'code' in end ? end.code : -1),
    },
  );
  await clock.advance({ deadlineMs: 60_000 });
  return outcome;
}

const ok = (body = 'fine\n'): HttpResponse => ({ status: 200, headers: {}, body });

test('prints an answer, or keeps it in a file', async () => {
  const { stdout, code, asked } = await run('wget -qO- web/a && wget -q http://web/b.txt && cat b.txt', ({ url }) => ok(`${url}\n`));
  expect({ stdout, code }).toEqual({ stdout: 'http://web/a\nhttp://web/b.txt\n', code: 0 });
  expect(asked[0]).toMatchObject({ method: 'GET', headers: { 'user-agent': 'Wget' } });
});

test('posts data under the headers that it is given', async () => {
  const script = `wget -q -O - --header 'Authorization: Bearer x' --header 'Content-Type: application/json' --post-data '{"a":"ä"}' http://web/`;
  const { asked } = await run(script, () => ok());
  expect(asked).toMatchObject([
    { method: 'POST', body: '{"a":"ä"}', headers: { authorization: 'Bearer x', 'content-type': 'application/json' } },
  ]);
});

test.each([
  ['a conflict', () => ({ status: 409, headers: {}, body: 'no' }), 'wget: server returned error: HTTP/1.1 409 Conflict\n'],
  ['a refusal', () => refuse('ECONNREFUSED'), "wget: can't connect to remote host (web): Connection refused\n"],
  ['an unknown name', () => refuse('ENOTFOUND'), "wget: bad address 'web'\n"],
  ['a name server that cannot be asked', () => refuse('EAI_AGAIN'), "wget: bad address 'web'\n"],
  ['a node that has gone', () => refuse('EHOSTUNREACH'), "wget: can't connect to remote host (web): Host is unreachable\n"],
  ['a connection that breaks', () => refuse('ECONNRESET'), 'wget: error getting response: Connection reset by peer\n'],
  ['silence', () => refuse('ETIMEDOUT'), 'wget: download timed out\n'],
])('%s is an error', async (_, answer, message) => {
  const { stdout, stderr, code } = await run('wget -q -O - http://web/', answer);
  expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: message, code: 1 });
});

test('does not trust the certificate of a cluster unless told to', async () => {
  const { code, asked } = await run('wget -q -O - https://kubernetes.default.svc/', () => ok());
  expect([code, asked]).toEqual([1, []]);
  expect((await run('wget -q -O - --no-check-certificate https://kubernetes.default.svc/', () => ok())).code).toBe(0);
});

test.each(['-c', '-S', '-P /scratch/folder', '--continue'])('does not pretend to heed %s', async (option) => {
  const { code, asked } = await run(`wget -q ${option} http://web/a`, () => ok());
  expect([code, asked]).toEqual([-1, []]);
});

test('waits for a whole number of seconds', async () => {
  const { stderr, code, asked } = await run('wget -q -T soon -O - http://web/', () => ok());
  expect([stderr, code, asked]).toEqual(["wget: invalid number 'soon'\n", 1, []]);
  expect((await run('wget -q -T 7 -O - http://web/', () => ok())).asked).toMatchObject([{ timeoutMs: 7_000 }]);
});

function refuse(code: NetworkErrorCode): never {
  throw new NetworkError(code, code);
}
