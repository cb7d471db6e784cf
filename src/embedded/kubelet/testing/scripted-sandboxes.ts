import { NetworkError } from '../../network/http.ts';
import type {
  FileSpec,
  ProcessEnd,
  ProcessHooks,
  ProcessSpec,
  Sandbox,
  SandboxHost,
  SandboxPool,
  SandboxProcess,
  SandboxSpec,
} from '../../shell/container-process.ts';

/**
 * `end CODE [SECONDS]` ends with a code after a time · `sleep SECONDS` ends well, or at once by SIGTERM · `deaf SECONDS` does not hear SIGTERM ·
 * `write FILE TEXT` · `read FILE` prints a file or fails · `variable NAME` prints a variable · `get URL [SECONDS]` asks
 * somebody and prints the status, or why there is none · `strange` cannot be simulated · `burn` takes more time than it may and ends the sandbox,
 * so that nothing runs in it any more.
 */
export const SCRIPTED_COMMANDS = ['end', 'sleep', 'deaf', 'write', 'read', 'variable', 'get', 'strange', 'burn'];

/** Containers that do what their command line says, in this thread and at once; for tests of the kubelet. */
export class ScriptedSandboxes implements SandboxPool {
  /** Command lines that were started, in order. */
  readonly started: string[] = [];
  #open = 0;

  /** Sandboxes that were not disposed of. */
  get openCount(): number {
    return this.#open;
  }

  open(spec: SandboxSpec, host: SandboxHost): Sandbox {
    this.#open += 1;
    const files = new Map(Object.entries(spec.files));
    const processes = new Set<ScriptedProcess>();
    let isDisposed = false;
    let isDead = false;
    return {
      start: (process, hooks) => {
        this.started.push(process.argv.join(' '));
        isDead ||= process.argv[0] === 'burn';
        const scripted = new ScriptedProcess(isDead ? { ...process, argv: ['burn'] } : process, hooks, host, files);
        processes.add(scripted);
        return scripted;
      },
      writeFile: (path, file) => void files.set(path, file),
      readFiles: (path) => Promise.resolve(Object.fromEntries([...files].filter(([name]) => name === path || name.startsWith(`${path}/`)))),
      dispose: () => {
        if (isDisposed) return;
        isDisposed = true;
        this.#open -= 1;
        for (const process of processes) process.drop();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

class ScriptedProcess implements SandboxProcess {
  readonly #hooks: ProcessHooks;
  readonly #host: SandboxHost;
  readonly #isDeaf: boolean;
  readonly #cancels: (() => void)[] = [];
  #isOver = false;

  constructor({ argv, env }: ProcessSpec, hooks: ProcessHooks, host: SandboxHost, files: Map<string, FileSpec>) {
    const [program, first = '', second = ''] = argv;
    this.#hooks = hooks;
    this.#host = host;
    this.#isDeaf = program === 'deaf';
    if (program === 'write') files.set(first, { content: second });
    const found = program === 'read' ? files.get(first)?.content : program === 'variable' ? env[first] : undefined;
    if (found !== undefined) this.#in(0, () => hooks.onOutput('stdout', `${found}\n`));
    if (program === 'sleep' || program === 'deaf') this.#endIn(Number(first), { kind: 'exited', code: 0 });
    else if (program === 'end') this.#endIn(Number(second), { kind: 'exited', code: Number(first) });
    else if (program === 'get') void this.#get(first, second === '' ? undefined : Number(second) * 1000);
    else if (program === 'burn') this.#endIn(0, { kind: 'killed', code: 137, reason: 'CPU time' });
    else if (program === 'strange') this.#endIn(0, { kind: 'cannot-simulate', message: 'strange: not modelled' });
    else this.#endIn(0, { kind: 'exited', code: program === 'write' || found !== undefined ? 0 : 1 });
  }

  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): void {
    if (name !== 'SIGKILL' && this.#isDeaf) return;
    this.#endIn(0, { kind: 'killed', code: name === 'SIGKILL' ? 137 : 143 });
  }

  writeStdin(text: string): void {
    this.#hooks.onOutput('stdout', text);
  }

  closeStdin(): void {
    this.#endIn(0, { kind: 'exited', code: 0 });
  }

  drop(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
  }

  async #get(url: string, timeoutMs: number | undefined): Promise<void> {
    const request = { method: 'GET', url, headers: {}, ...(timeoutMs !== undefined && { timeoutMs }) };
    const answer = await this.#host.fetch(request).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof NetworkError ? error.code : String(error)),
    );
    this.#hooks.onOutput('stdout', `${answer}\n`);
    this.#endIn(0, { kind: 'exited', code: typeof answer === 'number' ? 0 : 1 });
  }

  #endIn(seconds: number, end: ProcessEnd): void {
    this.#in(seconds, () => {
      if (this.#isOver) return;
      this.drop();
      this.#hooks.onEnd(end);
    });
  }

  #in(seconds: number, task: () => void): void {
    this.#cancels.push(this.#host.sleep(seconds * 1000, task));
  }
}
