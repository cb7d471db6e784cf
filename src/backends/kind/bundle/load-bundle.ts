import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnvironmentError } from '../../../errors.ts';
import type { Docker } from '../../../system/docker.ts';
import { isSystemError, makeFolder, replaceFile } from '../../../system/files.ts';
import { readTar, TarError, type TarEntry } from '../../../system/tar.ts';
import { ARGO_ROLLOUTS, isAddress, keepManifest, TEKTON, type Installable } from '../install-manifest.ts';
import { bundledPlaces } from './bundled.ts';
import { INDEX_FILE, noBundle, parseIndex, type BundleIndex, type ManifestFileName } from './bundle-index.ts';

export interface LoadBundleOptions {
  file: string;
  docker: Docker;
  platform: string;
  cacheFolder: string;
  detail: (text: string) => void;
}

/** What a bundle brought. */
export interface LoadedBundle {
  images: string[];
  /** Folder with the programs `kind` and `kubectl`. */
  programs: string;
}

/**
 * Takes over everything that a bundle brings: images into Docker, the manifests and the programs into the user's cache folder. The
 * whole file is held against its checksums first; rejects with EnvironmentError, and then nothing of it was loaded.
 */
export async function loadBundle(options: LoadBundleOptions): Promise<LoadedBundle> {
  const { file, detail } = options;
  try {
    detail('checking the bundle');
    const index = await verify(options);
    return await takeOver(index, options);
  } catch (error) {
    if (error instanceof TarError) throw noBundle(file, error.message);
    if (isSystemError(error, 'ENOENT', 'EACCES', 'EISDIR'))
      throw new EnvironmentError(`cannot read ${file}: ${error.message}`, { cause: error, hint: 'Give the path of a bundle.' });
    throw error;
  }
}

/** The index of a bundle in which every file is what it should be. */
async function verify({ file, platform, detail }: LoadBundleOptions): Promise<BundleIndex> {
  let index: BundleIndex | undefined;
  const missing = new Map<string, BundleIndex['files'][number]>();
  for await (const entry of readTar(bytesOf(file))) {
    if (!index) {
      if (entry.name !== INDEX_FILE || entry.sizeBytes > 1_000_000) throw noBundle(file);
      index = parseIndex(await textOf(entry), file, platform);
      for (const each of index.files) missing.set(each.name, each);
      continue;
    }
    detail(`checking ${entry.name}`);
    const expected = missing.get(entry.name);
    if (expected && (await sha256Of(entry)) !== expected.sha256) throw noBundle(file, `the checksum of ${entry.name} in it differs`);
    missing.delete(entry.name);
  }
  if (!index) throw noBundle(file);
  if (missing.size > 0) throw noBundle(file, `${[...missing.keys()].join(', ')} is missing in it`);
  return index;
}

async function takeOver(index: BundleIndex, { file, docker, cacheFolder, detail }: LoadBundleOptions): Promise<LoadedBundle> {
  const { folder, programs } = bundledPlaces(cacheFolder);
  await makeFolder(cacheFolder);
  const draft = await mkdtemp(join(cacheFolder, 'bundle-'));
  const isNew = await Promise.all(index.images.map(async (image) => (await docker.imageId(image)) === undefined));
  try {
    await makeFolder(join(draft, 'bin'));
    const manifests: Partial<Record<ManifestFileName, string>> = {};
    for await (const entry of readTar(bytesOf(file))) {
      if (!index.files.some(({ name }) => name === entry.name)) continue;
      detail(`taking over ${entry.name}`);
      if (entry.name === 'images.tar.gz') await docker.load(Readable.from(entry.content));
      else if (entry.name === 'argo-rollouts.yaml' || entry.name === 'tekton.yaml') manifests[entry.name] = await textOf(entry);
      else {
        const path = join(draft, entry.name);
        await pipeline(entry.content, createWriteStream(path));
        await chmod(path, 0o755);
      }
    }
    const places = { draft, folder, cacheFolder };
    const { rolloutsManifest, tektonManifest } = index.settings;
    const settings = {
      ...index.settings,
      rolloutsManifest: await keepHere(ARGO_ROLLOUTS, rolloutsManifest, manifests['argo-rollouts.yaml'] ?? '', places),
      ...(tektonManifest !== undefined && {
        tektonManifest: await keepHere(TEKTON, tektonManifest, manifests['tekton.yaml'] ?? '', places),
      }),
    };
    await replaceFile(join(draft, 'settings.json'), JSON.stringify(settings), 0o644);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return { images: index.images, programs };
  } catch (error) {
    for (const [position, image] of index.images.entries()) if (isNew[position]) await docker.removeImage(image).catch(() => undefined);
    throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A manifest that came from an address is found by it again; one that was a file of another machine lies beside the programs. */
async function keepHere(
  installable: Installable,
  location: string,
  manifest: string,
  { draft, folder, cacheFolder }: { draft: string; folder: string; cacheFolder: string },
): Promise<string> {
  if (isAddress(location)) {
    await keepManifest(installable, cacheFolder, location, manifest);
    return location;
  }
  const name = `${installable.slug}.yaml`;
  await replaceFile(join(draft, name), manifest, 0o644);
  return join(folder, name);
}

function bytesOf(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
}

async function textOf({ content }: TarEntry): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function sha256Of({ content }: TarEntry): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
