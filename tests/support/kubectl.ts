import { execFile, spawn } from 'node:child_process';

export interface CommandOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command against a cluster to its end; never rejects. */
export function run(
  program: string,
  args: readonly string[],
  { kubeconfig, input, env = {} }: { kubeconfig: string; input?: string | undefined; env?: Record<string, string> },
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...args],
      { env: { ...process.env, KUBECONFIG: kubeconfig, HOME: kubeconfig.replace(/\/[^/]+$/, ''), ...env }, timeout: 20_000 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    child.stdin!.end(input ?? '');
  });
}

/** Starts a command that goes on, such as `get -w`; `line` answers the next line of its output. */
export function follow(program: string, args: readonly string[], kubeconfig: string): { line: () => Promise<string>; stop: () => void } {
  const child = spawn(program, args, { env: { ...process.env, KUBECONFIG: kubeconfig }, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const waiter = waiting.shift();
      if (waiter) waiter(part);
      else lines.push(part);
    }
  });
  return {
    line: () => (lines.length > 0 ? Promise.resolve(lines.shift()!) : new Promise((resolve) => waiting.push(resolve))),
    stop: () => child.kill(),
  };
}

/** A command that somebody talks to. */
export interface Conversation {
  /** Waits until this is the end of what it printed; answers all that was printed since the last time. */
  answer: (ending: string) => Promise<string>;
  type: (text: string) => void;
  /** The exit code. */
  ended: Promise<number>;
}

/** Starts a command line at a terminal of its own; needs the program `script`. */
export function talk(commandLine: string, kubeconfig: string): Conversation {
  const child = spawn('script', ['-qec', commandLine, '/dev/null'], { env: { ...process.env, KUBECONFIG: kubeconfig }, timeout: 60_000 });
  let printed = '';
  let onPrinted = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    onPrinted();
  });
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  const answer = async (ending: string): Promise<string> => {
    const isOver = ended.then(() => Promise.reject(new Error(`ended before ${JSON.stringify(ending)}: ${printed}`)));
    while (!printed.endsWith(ending)) await Promise.race([isOver, new Promise<void>((resolve) => (onPrinted = resolve))]);
    isOver.catch(() => undefined);
    const all = printed;
    printed = '';
    return all;
  };
  return { answer, type: (text) => void child.stdin.write(text), ended };
}
