import { readdir, rename, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isSystemError, makeFolder, readIfThere, replaceFile } from '../system/files.ts';
import type { LabPaths } from './paths.ts';

/** A file to be put into the workspace. */
export interface NewFile {
  name: string;
  text: string;
}

const ORDINARY_FILE_MODE = 0o644;
const BACKUP_FOLDER = '.backup';

/** The folder with the manifests of a scenario that the learner edits. */
export function workspaceFolder({ workspaceRoot }: LabPaths, scenario: string): string {
  return join(workspaceRoot, scenario);
}

/** Where what has to give way is kept, a folder for each moment. */
export function backupFolder({ workspaceRoot }: LabPaths, scenario: string, nowMs: number): string {
  return join(workspaceRoot, BACKUP_FOLDER, new Date(nowMs).toISOString().replaceAll(':', '-'), scenario);
}

/** Puts those files there that are missing; what is there is left alone. Answers the names of those that were put. */
export async function addMissingFiles(paths: LabPaths, scenario: string, files: readonly NewFile[]): Promise<string[]> {
  const folder = workspaceFolder(paths, scenario);
  await makeFolder(folder);
  const added: string[] = [];
  for (const { name, text } of files) {
    if ((await readIfThere(join(folder, name))) !== undefined) continue;
    await replaceFile(join(folder, name), text, ORDINARY_FILE_MODE);
    added.push(name);
  }
  return added;
}

/**
 * Makes the workspace of a scenario hold just these files. What is there and differs is moved, never lost: answers the folder it is in
 * now, undefined when nothing had to give way.
 */
export async function replaceWorkspace(
  paths: LabPaths,
  scenario: string,
  files: readonly NewFile[],
  nowMs: number,
): Promise<string | undefined> {
  const folder = workspaceFolder(paths, scenario);
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const backup = await moveAside(paths, scenario, nowMs, async (name) => {
    const text = texts.get(name);
    return text === undefined || (await readIfThere(join(folder, name))) !== text;
  });
  await addMissingFiles(paths, scenario, files);
  return backup;
}

/** Puts files there; those of the same name that differ are moved to a backup, whose folder is the answer. */
export async function overwriteFiles(
  paths: LabPaths,
  scenario: string,
  files: readonly NewFile[],
  nowMs: number,
): Promise<string | undefined> {
  const folder = workspaceFolder(paths, scenario);
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const backup = await moveAside(
    paths,
    scenario,
    nowMs,
    async (name) => texts.has(name) && (await readIfThere(join(folder, name))) !== texts.get(name),
  );
  await addMissingFiles(paths, scenario, files);
  return backup;
}

/** Manifests of the workspace in alphabetical order: everything below the scenario's folder, and what lies right in a folder that LAB_WORKSPACE chose. */
export async function listManifests(paths: LabPaths, scenario: string): Promise<string[]> {
  const own = await manifestsBelow(workspaceFolder(paths, scenario));
  const shared = paths.isWorkspaceChosen ? (await entriesOf(paths.workspaceRoot)).filter(({ isFolder }) => !isFolder) : [];
  return [...shared.map(({ name }) => join(paths.workspaceRoot, name)).filter(isManifest), ...own];
}

/** Manifests below a folder, in alphabetical order, hidden files and folders left out. */
export async function manifestsBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, isFolder } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (isFolder) found.push(...(await manifestsBelow(path)));
    else if (isManifest(path)) found.push(path);
  }
  return found;
}

function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

async function moveAside(
  paths: LabPaths,
  scenario: string,
  nowMs: number,
  isInTheWay: (name: string) => Promise<boolean>,
): Promise<string | undefined> {
  const folder = workspaceFolder(paths, scenario);
  const backup = backupFolder(paths, scenario, nowMs);
  let isUsed = false;
  for (const name of await filesBelow(folder, folder)) {
    if (!(await isInTheWay(name))) continue;
    await makeFolder(dirname(join(backup, name)));
    await rename(join(folder, name), join(backup, name));
    isUsed = true;
  }
  return isUsed ? backup : undefined;
}

/** Every file below a folder, hidden ones too, as a path relative to the root. */
async function filesBelow(folder: string, root: string): Promise<string[]> {
  const entries = await orNothing(readdir(folder, { withFileTypes: true }));
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path, root) : [relative(root, path)];
    }),
  );
  return nested.flat().sort();
}

/** Entries that are not hidden; a link counts as what it leads to if that is a file, and not at all otherwise, for links can lead in circles. */
async function entriesOf(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await orNothing(readdir(folder, { withFileTypes: true }));
  const visible = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  const kinds = await Promise.all(
    visible.map(async (entry) => {
      const isFile = entry.isFile() || (entry.isSymbolicLink() && (await stat(join(folder, entry.name)).catch(() => undefined))?.isFile());
      return { name: entry.name, isFolder: entry.isDirectory(), isFile };
    }),
  );
  return kinds.filter(({ isFolder, isFile }) => isFolder || isFile);
}

async function orNothing<T>(entries: Promise<T[]>): Promise<T[]> {
  try {
    return await entries;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}
