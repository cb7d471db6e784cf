import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

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
export async function runOnMachine(shell: { program: string; name: string }, script: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'shell-'));
  try {
    const work = join(folder, 'work');
    await mkdir(work);
    const outcome = await run(shell, script, folder, work);
    return { ...outcome, stdout: outcome.stdout.replaceAll(work, '/work'), stderr: outcome.stderr.replaceAll(work, '/work') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run({ program, name }: { program: string; name: string }, script: string, folder: string, work: string): Promise<Outcome> {
  const [stdout, stderr] = openPipes([join(folder, 'stdout'), join(folder, 'stderr')]);
  const child = spawn(program, ['-c', script], {
    argv0: name,
    cwd: work,
    env: { ...ENVIRONMENT },
    stdio: ['ignore', stdout!.writer, stderr!.writer],
    timeout: TIMEOUT_MS,
  });
  closeSync(stdout!.writer);
  closeSync(stderr!.writer);
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve(status ?? 128 + SIGNAL_NUMBERS[signal!]!));
  });
  const [out, err, code] = await Promise.all([text(stdout!.reader), text(stderr!.reader), ended]);
  return { stdout: out, stderr: err, code };
}

/** Real pipes, as a container's output goes through: Node's own are sockets, which cannot be opened as `/dev/stdout`. */
function openPipes(paths: readonly string[]): { reader: Socket; writer: number }[] {
  execFileSync('mkfifo', [...paths]);
  return paths.map((path) => {
    const reader = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
    return { reader, writer: openSync(path, constants.O_WRONLY) };
  });
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
