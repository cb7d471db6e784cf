import { run } from './exec.ts';
import { readIfThere } from './files.ts';

/** What may be done to other processes, and who we are; given from outside, because only the entry points look at `process`. */
export interface ProcessControl {
  pid: number;
  /** The program that runs JavaScript here. */
  nodePath: string;
  /** False when there is no such process. */
  signal(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean;
}

/** Which process a number stands for: the number is used again, the moment of its start is not. */
export interface ProcessIdentity {
  pid: number;
  startId: string;
}

/** What tells a running process from every other one that ever had its number; undefined when none runs under it. */
export async function startIdOf(pid: number): Promise<string | undefined> {
  const boot = await readIfThere('/proc/sys/kernel/random/boot_id').catch(() => undefined);
  return boot === undefined ? psStartId(pid) : linuxStartId(pid, boot.trim());
}

/** Whether the very process still runs. */
export async function isRunning({ pid, startId }: ProcessIdentity): Promise<boolean> {
  return (await startIdOf(pid)) === startId;
}

/** Boot and clock tick of the start, as Linux tells them; a process that only waits to be buried does not run. */
async function linuxStartId(pid: number, boot: string): Promise<string | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`).catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state] = fields;
  return state === undefined || state === 'Z' || state === 'X' ? undefined : `${boot}/${fields[19]}`;
}

async function psStartId(pid: number): Promise<string | undefined> {
  const { exitCode, stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeoutMs: 5_000 }).catch(() => ({
    exitCode: 1,
    stdout: '',
  }));
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}
