import type { ProcessEnd, SandboxSpec } from '../../src/embedded/shell/container-process.ts';
import { SandboxCore } from '../../src/embedded/shell/sandbox-core.ts';

/** What a script printed and how it ended. */
export interface ScriptResult {
  stdout: string;
  stderr: string;
  end: ProcessEnd;
}

export interface ScriptOptions {
  argv: readonly string[];
  commands: readonly string[];
  files?: SandboxSpec['files'];
  env?: Record<string, string>;
  workingDirectory?: string;
  stdin?: string;
  nowMs?: number;
  /** Starts another process first, because process 1 of a container is deaf to signals that it does not catch. */
  isFirstProcess?: boolean;
}

/** Runs a program in the sandbox's core, without a worker, on a clock that jumps to whatever is waited for next. */
export async function runEmbedded(options: ScriptOptions): Promise<ScriptResult> {
  const clock = new JumpingClock(options.nowMs ?? Date.UTC(2025, 0, 15, 12));
  const core = new SandboxCore(
    {
      files: options.files ?? {},
      directories: [options.workingDirectory ?? '/work'],
      readOnlyPaths: [],
      commands: options.commands,
      limits: { cpuMs: 5000, memoryMb: 64, outputBytes: 1_000_000 },
    },
    'box',
    {
      now: () => clock.nowMs,
      sleep: (delayMs, done) => clock.sleep(delayMs, done),
      fetch: (_request, done) => done({ error: 'ECONNREFUSED' }),
    },
  );
  const result: ScriptResult = { stdout: '', stderr: '', end: { kind: 'cannot-simulate', message: 'never ended' } };
  let hasEnded = false;
  if (options.isFirstProcess === false) startFirstProcess(core);
  const process = core.start(
    {
      argv: options.argv,
      env: options.env ?? { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' },
      workingDirectory: options.workingDirectory ?? '/work',
      hostname: 'box',
      hasStdin: options.stdin !== undefined,
    },
    {
      output: (stream, text) => {
        result[stream] += text;
      },
      ended: (end) => {
        hasEnded = true;
        result.end = end;
      },
    },
  );
  if (options.stdin !== undefined) {
    process.session.input!.feed(options.stdin);
    process.session.input!.end();
  }
  await core.run();
  while (!hasEnded && clock.jump()) await core.run();
  return result;
}

function startFirstProcess(core: SandboxCore): void {
  const argv = ['sleep', 'infinity'];
  const ignore = (): void => undefined;
  core.start({ argv, env: { PATH: '/usr/bin' }, workingDirectory: '/', hostname: 'box' }, { output: ignore, ended: ignore });
}

/** Time that moves straight to the next thing somebody waits for. */
class JumpingClock {
  nowMs: number;
  #timers: { dueMs: number; done: () => void }[] = [];

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  sleep(delayMs: number, done: () => void): () => void {
    const timer = { dueMs: this.nowMs + delayMs, done };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  jump(): boolean {
    const [next] = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs);
    if (!next) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.nowMs = Math.max(this.nowMs, next.dueMs);
    next.done();
    return true;
  }
}
