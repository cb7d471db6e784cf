import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Docker } from '../../system/docker.ts';
import { isFile, makeFolder, replaceFile } from '../../system/files.ts';

/** Where a node finds the archives. */
export const ARCHIVES_IN_NODE = '/lab/images';

/** Nobody takes that long to write an archive. */
const ABANDONED_MS = 60 * 60_000;
const FILE_MODE = 0o644;

/** Images that are loaded together. */
export interface ImageBatch {
  /** Such as `argo-rollouts`; the next archive of that name takes the place of this one. */
  name: string;
  images: readonly string[];
}

/** Where this machine keeps the archives. */
export function archiveFolder(cacheFolder: string): string {
  return join(cacheFolder, 'images');
}

/**
 * Keeps images as an archive that nodes load by themselves. Why: Docker works as hard to make one as the node to read it, and both want the
 * cores on which the cluster comes up. Answers the name of its file, which is another one as soon as one of the images is.
 */
export async function keepArchive(docker: Docker, folder: string, { name, images }: ImageBatch): Promise<string> {
  const ids = await Promise.all(images.map((image) => docker.imageId(image)));
  const digest = createHash('sha256')
    .update(JSON.stringify([images, ids]))
    .digest('hex');
  const file = `${name}-${digest.slice(0, 16)}.tar`;
  if (await isFile(join(folder, file))) return file;
  await makeFolder(folder);
  await removeOutdated(folder, name);
  await replaceFile(join(folder, file), await docker.save(images), FILE_MODE);
  return file;
}

/** Takes every archive away. */
export async function removeArchives(cacheFolder: string): Promise<void> {
  await rm(archiveFolder(cacheFolder), { recursive: true, force: true });
}

/** What had been kept under that name, and what somebody who was killed has left half written. */
async function removeOutdated(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const path = join(folder, entry);
    const isOutdated = entry.endsWith('.tmp') ? await isAbandoned(path) : /^(.*)-[0-9a-f]{16}\.tar$/.exec(entry)?.[1] === name;
    if (isOutdated) await rm(path, { force: true });
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs < Date.now() - ABANDONED_MS,
    // Why: who wrote it may have ended just now.
    () => false,
  );
}
