import { afterAll, describe, expect, test } from 'vitest';
import { ClusterClock } from '../../system/clock.ts';
import type { CommandFault } from '../faults.ts';
import { NetworkError, type HttpRequest, type HttpResponse } from '../network/http.ts';
import type { ProcessEnd, ProcessSpec, Sandbox, SandboxHost, SandboxProcess, SandboxSpec } from './container-process.ts';
import { WorkerSandboxPool } from './worker-sandbox-pool.ts';
import { WorkerThreads } from './worker/worker-threads.ts';

const START_MS = Date.UTC(2025, 0, 15, 12);
const COMMANDS = 'sh bash cat echo sleep date true false env head tail seq sort timeout nuclei sed yes'.split(' ');

const threads = new WorkerThreads();
afterAll(async () => threads.close());

class World {
  readonly clock = new ClusterClock(START_MS);
  readonly pool = new WorkerSandboxPool(threads);
  fetch: (request: HttpRequest) => Promise<HttpResponse> = () => Promise.reject(new NetworkError('ECONNREFUSED', 'refused'));
  readonly faults = new Map<string, CommandFault>();

  open(spec: Partial<Omit<SandboxSpec, 'limits'>> & { limits?: Partial<SandboxSpec['limits']> } = {}): Sandbox {
    const { limits, ...rest } = spec;
    const host: SandboxHost = {
      now: () => this.clock.now(),
      sleep: (delayMs, done) => this.clock.after(delayMs, done),
      fetch: async (request) => this.fetch(request),
      hold: () => this.clock.hold(),
      commandFault: (command) => this.faults.get(command),
    };
    return this.pool.open(
      {
        files: {},
        directories: ['/scratch'],
        readOnlyPaths: [],
        commands: COMMANDS,
        ...rest,
        limits: { cpuMs: 5_000, memoryMb: 64, outputBytes: 1_000_000, ...limits },
      },
      host,
    );
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.advance({ deadlineMs: this.clock.now() + seconds * 1000 });
  }

  get elapsedMs(): number {
    return this.clock.now() - START_MS;
  }
}

class Run {
  stdout = '';
  stderr = '';
  end: ProcessEnd | undefined;
  endedAtMs: number | undefined;
  readonly process: SandboxProcess;

  constructor(world: World, sandbox: Sandbox, argv: readonly string[], spec: Partial<ProcessSpec> = {}) {
    this.process = sandbox.start(
      { argv, env: { PATH: '/usr/bin:/bin', HOME: '/root' }, workingDirectory: '/scratch', hostname: 'pod-1', ...spec },
      {
        onOutput: (stream, text) => {
          this[stream] += text;
        },
        onEnd: (end) => {
          this.end = end;
          this.endedAtMs = world.elapsedMs;
        },
      },
    );
  }
}

const sh = (world: World, sandbox: Sandbox, script: string, spec?: Partial<ProcessSpec>): Run =>
  new Run(world, sandbox, ['sh', '-c', script], spec);

describe('a process in a worker', () => {
  test('prints, and ends with its exit code, before any time passes', async () => {
    const world = new World();
    const run = sh(world, world.open(), 'echo out; echo err >&2; exit 3');
    await world.pass(0);
    expect(run).toMatchObject({ stdout: 'out\n', stderr: 'err\n', end: { kind: 'exited', code: 3 }, endedAtMs: 0 });
    await world.pool.close();
  });

  test('sleeps on the cluster clock', async () => {
    const world = new World();
    const run = sh(world, world.open(), 'date +%T; sleep 90; date +%T');
    await world.pass(89);
    expect(run.end).toBeUndefined();
    await world.pass(2);
    expect(run).toMatchObject({ stdout: '12:00:00\n12:01:30\n', end: { kind: 'exited', code: 0 } });
    await world.pool.close();
  });

  test('gets many minutes done without a message for each command', async () => {
    const world = new World();
    const run = sh(world, world.open(), 'for i in $(seq 120); do echo $i | cat >>/scratch/log; sleep 1; done; tail -n 1 /scratch/log');
    await world.pass(200);
    expect(run).toMatchObject({ stdout: '120\n', end: { kind: 'exited', code: 0 } });
    await world.pool.close();
  });

  test('is told of signals, and a trap may answer them', async () => {
    const world = new World();
    const sandbox = world.open();
    const run = sh(world, sandbox, 'trap "echo bye; exit 7" TERM; sleep 1000 & wait');
    await world.pass(5);
    run.process.signal('SIGTERM');
    await world.pass(1);
    expect(run).toMatchObject({ stdout: 'bye\n', end: { kind: 'exited', code: 7 } });
    await world.pool.close();
  });

  test('is killed by SIGKILL, as 137', async () => {
    const world = new World();
    const run = sh(world, world.open(), 'trap "" TERM; sleep 1000');
    await world.pass(5);
    run.process.signal('SIGTERM');
    await world.pass(1);
    expect(run.end).toBeUndefined();
    run.process.signal('SIGKILL');
    await world.pass(1);
    expect(run.end).toEqual({ kind: 'killed', code: 137 });
    await world.pool.close();
  });

  test('reads what is written to its standard input', async () => {
    const world = new World();
    const run = sh(world, world.open(), 'read a; echo "got $a"; cat', { hasStdin: true });
    await world.pass(1);
    run.process.writeStdin('grün\nrest');
    run.process.closeStdin();
    await world.pass(1);
    expect(run).toMatchObject({ stdout: 'got grün\nrest', end: { kind: 'exited', code: 0 } });
    await world.pool.close();
  });

  test('says 127 for a program that is missing and cannot-simulate for one that is not modelled', async () => {
    const world = new World();
    const missing = new Run(world, world.open(), ['nothing-of-the-kind']);
    const unmodelled = new Run(world, world.open({ commands: [...COMMANDS, 'perl'] }), ['perl', '-e', '1']);
    await world.pass(1);
    expect(missing.end).toMatchObject({ kind: 'not-started', code: 127 });
    expect(unmodelled.end).toMatchObject({ kind: 'cannot-simulate' });
    await world.pool.close();
  });

  test('shares its files with others of its sandbox, and with nobody else', async () => {
    const world = new World();
    const sandbox = world.open();
    sh(world, sandbox, 'echo mine >/scratch/file; sleep 100');
    await world.pass(1);
    const inside = sh(world, sandbox, 'cat /scratch/file');
    const outside = sh(world, world.open(), 'cat /scratch/file');
    await world.pass(1);
    expect(inside.stdout).toBe('mine\n');
    expect(outside.stderr).toContain('No such file');
    sandbox.dispose();
    const afterwards = sh(world, world.open(), 'cat /scratch/file');
    await world.pass(1);
    expect(afterwards.stderr).toContain('No such file');
    await world.pool.close();
  });

  test('knows the name of its host, whatever came first', async () => {
    const world = new World();
    const sandbox = world.open({ hostname: 'pod-1' });
    sandbox.writeFile('/etc/rules/a', { content: 'early' });
    const run = sh(world, sandbox, 'cat /etc/hostname');
    await world.pass(0);
    expect(run.stdout).toBe('pod-1\n');
    await world.pool.close();
  });

  test('sees files that change under it, and leaves its own to be read', async () => {
    const world = new World();
    const sandbox = world.open({ files: { '/etc/rules/a': { content: 'old' } }, directories: ['/scratch', '/dev'] });
    const run = sh(world, sandbox, 'cat /etc/rules/a; sleep 10; cat /etc/rules/a; mkdir=1; echo last words >/scratch/message');
    await world.pass(1);
    sandbox.writeFile('/etc/rules/a', { content: 'new' });
    await world.pass(20);
    expect(run.stdout).toBe('oldnew');
    expect(await sandbox.readFiles!('/scratch')).toEqual({ '/scratch/message': { content: 'last words\n', mode: 0o644 } });
    expect(await sandbox.readFiles!('/nowhere')).toEqual({});
    await world.pool.close();
  });
});

describe('faults', () => {
  test('break a program in mid-life, and can be taken back', async () => {
    const world = new World();
    const run = sh(world, world.open(), 'for i in 1 2 3; do cat /etc/hostname; echo $?; sleep 10; done');
    await world.pass(5);
    world.faults.set('cat', { kind: 'exit', code: 9, stderr: 'broken\n' });
    await world.pass(10);
    world.faults.clear();
    await world.pass(20);
    expect(run.stdout.replaceAll('pod-1\n', '')).toMatch(/\n9\n/);
    expect(run.stderr).toBe('broken\n');
    await world.pool.close();
  });
});

describe('limits', { timeout: 120_000 }, () => {
  test('end a loop that never waits, and nothing else', async () => {
    const world = new World();
    const neighbour = sh(world, world.open(), 'sleep 10; echo fine');
    const run = sh(world, world.open({ limits: { cpuMs: 300 } }), 'echo before; while :; do :; done');
    await world.pass(20);
    expect(run).toMatchObject({ end: { kind: 'killed', code: 137, reason: 'CPU time' } });
    expect(neighbour).toMatchObject({ stdout: 'fine\n', end: { kind: 'exited', code: 0 } });
    await world.pool.close();
  });

  test.each([
    ['one string that doubles', 'x=0123456789; while :; do x=$x$x; done'],
    ['positional parameters', 'set -- a b c d e f g h; while :; do set -- "$@" "$@"; done'],
    ['the output of a program', 'x=$(yes)'],
  ])('end %s as OOMKilled', async (_what, script) => {
    const world = new World();
    const neighbour = sh(world, world.open(), 'sleep 10; echo fine');
    const run = sh(world, world.open({ limits: { memoryMb: 32, cpuMs: 60_000 } }), script);
    await world.pass(60);
    expect(run.end).toEqual({ kind: 'killed', code: 137, reason: 'OOMKilled' });
    expect(neighbour.stdout).toBe('fine\n');
    await world.pool.close();
  });

  test('let a sandbox that died answer no more, and a new one begin', async () => {
    const world = new World();
    const sandbox = world.open({ limits: { cpuMs: 200 } });
    sh(world, sandbox, 'while :; do :; done');
    await world.pass(1);
    const late = sh(world, sandbox, 'echo late');
    await world.pass(1);
    expect(late).toMatchObject({ stdout: '', end: { kind: 'killed', reason: 'CPU time' } });
    expect(await sandbox.readFiles!('/scratch')).toEqual({});
    const fresh = sh(world, world.open(), 'echo fresh');
    await world.pass(1);
    expect(fresh.stdout).toBe('fresh\n');
    await world.pool.close();
  });
});

describe('dispose', () => {
  test('is the last thing heard of a sandbox, and frees the clock', async () => {
    const world = new World();
    const sandbox = world.open();
    const run = sh(world, sandbox, 'while :; do :; done');
    sandbox.dispose();
    sandbox.dispose();
    await world.pass(60);
    expect(run).toMatchObject({ stdout: '', end: undefined });
    await world.pool.close();
  });

  test('while it computes hands its worker to nobody before the turn has ended', async () => {
    const world = new World();
    const sandbox = world.open({ limits: { cpuMs: 300 } });
    const run = sh(world, sandbox, 'sleep 1; while :; do :; done');
    await world.clock.advance({ deadlineMs: START_MS + 500 });
    world.clock.after(500, () => setImmediate(() => sandbox.dispose()));
    const next = sh(world, world.open(), 'sleep 3; echo next');
    await world.pass(10);
    expect(run.end).toBeUndefined();
    expect(next.stdout).toBe('next\n');
    await world.pool.close();
  });
});

describe('the order of things', () => {
  test('is the same every time, whichever worker is faster', async () => {
    const once = async (): Promise<string[]> => {
      const world = new World();
      const heard: string[] = [];
      for (let index = 0; index < 6; index += 1) {
        const script = `i=0; while [ $i -lt ${(6 - index) * 300} ]; do i=$((i+1)); done; echo a; sleep ${index % 2}; echo b; seq 50 | sort -n | tail -n 1`;
        world
          .open()
          .start(
            { argv: ['sh', '-c', script], env: { PATH: '/usr/bin' }, workingDirectory: '/', hostname: `pod-${index}` },
            { onOutput: (_stream, text) => heard.push(`${index} ${world.elapsedMs} ${text}`), onEnd: () => heard.push(`${index} end`) },
          );
      }
      await world.pass(10);
      await world.pool.close();
      return heard;
    };
    const first = await once();
    expect(first.filter((line) => line.endsWith('end'))).toHaveLength(6);
    expect(await once()).toEqual(first);
  });
});
