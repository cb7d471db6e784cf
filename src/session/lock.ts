import { constants, copyFile, link, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { SessionError } from '../errors.ts';
import { isSystemError, makePrivateFolder, readIfThere } from '../system/files.ts';
import { isRunning, startIdOf, type ProcessIdentity } from '../system/processes.ts';
import type { LabPaths } from './paths.ts';

/** Who holds the lock. */
interface Holder extends ProcessIdentity {
  /** Such as `lab reset`. */
  command: string;
  /** No two takings have the same, so that a text read earlier tells whether this is still that lock. */
  token: string;
}

export interface LockOptions {
  pid: number;
  /** What this command is called, for the one that has to wait. */
  command: string;
  /** How long to wait for another one. */
  waitMs: number;
  /** Hears once, before the wait begins, who holds the lock. */
  onWait: (message: string) => void;
}

const POLL_MS = 50;

/**
 * Takes the lock that commands which change the lab hold, waiting for a while when another one has it; answers how to give it back.
 * A lock whose holder runs no more counts for nothing. Rejects with a SessionError that says who holds it and what to type.
 */
export async function takeLock({ home, lockFile }: LabPaths, { pid, command, waitMs, onWait }: LockOptions): Promise<() => Promise<void>> {
  await makePrivateFolder(home);
  const startId = (await startIdOf(pid)) ?? 'unknown';
  const mine = JSON.stringify({ pid, startId, command, token: randomBytes(8).toString('hex') } satisfies Holder);
  const deadlineMs = performance.now() + waitMs;
  let hasTold = false;
  while (!(await tryTake(lockFile, mine))) {
    const text = await readIfThere(lockFile);
    if (text === undefined) continue;
    const holder = await livingHolder(text);
    if (!holder) {
      await removeStale(lockFile, text, mine);
      continue;
    }
    if (performance.now() >= deadlineMs) throw busy(holder);
    if (!hasTold) onWait(`another lab command is at work (\`${holder.command}\`, process ${holder.pid}); waiting for it`);
    hasTold = true;
    await setTimeout(POLL_MS);
  }
  return async () => {
    if ((await readIfThere(lockFile)) === mine) await rm(lockFile, { force: true });
  };
}

/** The lock appears with its text in it, or not at all. */
async function tryTake(lockFile: string, text: string): Promise<boolean> {
  const draft = `${lockFile}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    await putExclusively(draft, lockFile);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Why: some file systems have no hard links; there a copy that refuses to overwrite has to do. */
async function putExclusively(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!isSystemError(error, 'EPERM', 'ENOTSUP', 'ENOSYS')) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/**
 * Takes a dead lock away, and never a living one that has taken its place in the meantime: only the holder of a second file may remove the first,
 * and looks once more before it does. A process that died while it held the second file is dealt with the same way.
 */
async function removeStale(lockFile: string, staleText: string, mine: string): Promise<void> {
  const removalFile = `${lockFile}~`;
  if (await tryTake(removalFile, mine)) {
    if ((await readIfThere(lockFile)) === staleText) await rm(lockFile, { force: true });
    await rm(removalFile, { force: true });
    return;
  }
  const text = await readIfThere(removalFile);
  if (text !== undefined && !(await livingHolder(text))) await removeStale(removalFile, text, mine);
}

async function livingHolder(text: string): Promise<Holder | undefined> {
  const holder = parseHolder(text);
  return holder && (await isRunning(holder)) ? holder : undefined;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === 'number' && typeof value.startId === 'string' ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function busy({ pid, command }: Holder): SessionError {
  return new SessionError(`another lab command is at work: \`${command}\`, process ${pid}`, {
    hint: `Wait until it is done, or end it with \`kill ${pid}\`, and try again.`,
  });
}
