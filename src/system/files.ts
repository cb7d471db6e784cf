import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { EnvironmentError } from '../errors.ts';

const PRIVATE_FOLDER_MODE = 0o700;
const PRIVATE_FILE_MODE = 0o600;

/** Whether an error is one of these of the operating system, such as `ENOENT`. */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Makes a folder that nobody else may look into. Rejects with an EnvironmentError that says how to go on. */
export async function makePrivateFolder(path: string): Promise<void> {
  await orUnwritable(path, () => mkdir(path, { recursive: true, mode: PRIVATE_FOLDER_MODE }));
}

/** Makes an ordinary folder. Rejects as makePrivateFolder does. */
export async function makeFolder(path: string): Promise<void> {
  await orUnwritable(path, () => mkdir(path, { recursive: true }));
}

/** Replaces a file as a whole: whoever reads it sees the old content or the new one, also when this process is killed on the way. */
export async function replaceFile(path: string, content: string | Readable, mode: number = PRIVATE_FILE_MODE): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await orUnwritable(path, async () => {
    try {
      const file = await open(draft, 'wx', mode);
      try {
        await writeFile(file, content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  });
}

/** The text of a file; undefined when there is none. Rejects with an EnvironmentError when it may not be read. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    if (isSystemError(error, 'EACCES', 'EPERM', 'ENOTDIR', 'EISDIR')) throw unusable('read', path, error);
    throw error;
  }
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** Whether something can be created in the folder, or in the nearest one above it that exists. */
export async function isWritableFolder(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return (await stat(path)).isDirectory();
  } catch (error) {
    const parent = dirname(path);
    return isSystemError(error, 'ENOENT') && parent !== path ? isWritableFolder(parent) : false;
  }
}

async function orUnwritable<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isSystemError(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC', 'EISDIR', 'ENOENT')) throw error;
    throw unusable('write', path, error);
  }
}

function unusable(what: 'read' | 'write', path: string, cause: NodeJS.ErrnoException): EnvironmentError {
  const isFull = cause.code === 'ENOSPC';
  const hint = isFull
    ? 'Make room on that disk and try again.'
    : 'See to it that you may use that folder, or choose others with LAB_HOME (state) and LAB_WORKSPACE (what you edit).';
  return new EnvironmentError(`cannot ${what} ${path}: ${WHY[cause.code ?? ''] ?? cause.message}`, { hint, cause });
}

const WHY: Record<string, string> = {
  EACCES: 'you are not allowed to',
  EPERM: 'you are not allowed to',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'there is a file of that name where a folder should be',
  EISDIR: 'there is a folder of that name where a file should be',
  ENOSPC: 'the disk is full',
  ENOENT: 'the folder is gone',
};
