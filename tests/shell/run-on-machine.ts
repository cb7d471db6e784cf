import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a script did, in words that do not depend on where it ran. */
export interface Outcome {
  stdout: string;
  stderr: string;
  code: number;
}

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/root',
  LC_ALL: 'C',
  TZ: 'UTC',
};
const TIMEOUT_MS = 20_000;

/** Runs a script through the machine's own shell, in a folder that is deleted afterwards. */
export async function runOnMachine(shell: string, text: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'shell-'));
  try {
    const child = spawn(shell, ['-c', text], {
      cwd: folder,
      env: { ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (data: string) => {
        output[stream] += data;
      });
    }
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => resolve(status ?? 128 + SIGNAL_NUMBERS[signal!]!));
    });
    return { stdout: output.stdout.replaceAll(folder, '/work'), stderr: output.stderr.replaceAll(folder, '/work'), code };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const SIGNAL_NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};
