import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { parseManifests } from '../../kube/manifest.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { download } from '../../system/download.ts';
import { makeFolder, readIfThere, replaceFile } from '../../system/files.ts';

export interface ManifestSource {
  /** File or address. */
  location: string;
  /** Where what was downloaded is kept. */
  cacheFolder: string;
  signal?: AbortSignal;
  onDetail?: (text: string) => void;
}

const DOWNLOAD_MS = 2 * 60_000;
const FILE_MODE = 0o644;

/**
 * The install manifest of Argo Rollouts. What is downloaded is kept with its SHA-256 and held against it each time. Rejects with
 * EnvironmentError when the file is not there, or is not what was downloaded.
 */
export async function readRolloutsManifest({ location, cacheFolder, signal, onDetail }: ManifestSource): Promise<string> {
  if (!/^https?:\/\//.test(location)) return readLocal(location);
  const file = cachedFile(cacheFolder, location);
  const [text, sum] = await Promise.all([readIfThere(file), readIfThere(`${file}.sha256`)]);
  if (text !== undefined && sum !== undefined) {
    if (sha256(text) === sum.trim()) return text;
    throw new EnvironmentError(`${file} is not what was downloaded: its checksum differs`, {
      hint: `Delete it with \`rm ${file}\` and start again; then it is downloaded anew.`,
    });
  }
  onDetail?.('downloading the manifest of Argo Rollouts');
  const fresh = await download(location, {
    timeoutMs: DOWNLOAD_MS,
    hint: 'Without that address, set LAB_ROLLOUTS_MANIFEST to a copy of the file, or load a bundle with `lab bundle load FILE`.',
    ...(signal && { signal }),
    ...(onDetail && { onDetail: (text) => onDetail(`downloading the manifest of Argo Rollouts: ${text}`) }),
  });
  await keepManifest(cacheFolder, location, fresh);
  return fresh;
}

/** Keeps a manifest as if it had been downloaded from there. */
export async function keepManifest(cacheFolder: string, location: string, text: string): Promise<void> {
  const file = cachedFile(cacheFolder, location);
  await makeFolder(cacheFolder);
  await rm(`${file}.sha256`, { force: true });
  await replaceFile(file, text, FILE_MODE);
  await replaceFile(`${file}.sha256`, `${sha256(text)}\n`, FILE_MODE);
}

function cachedFile(folder: string, location: string): string {
  return join(folder, `argo-rollouts-${sha256(location).slice(0, 12)}-${basename(new URL(location).pathname)}`);
}

async function readLocal(path: string): Promise<string> {
  const text = await readIfThere(path);
  if (text !== undefined) return text;
  throw new EnvironmentError(`there is no manifest of Argo Rollouts at ${path}`, {
    hint: 'Set LAB_ROLLOUTS_MANIFEST to a file that exists, or take the setting out to use the release page.',
  });
}

/** The objects of the manifest, in the namespace that Argo Rollouts lives in. */
export function rolloutsObjects(text: string): KubeObject[] {
  const objects = parseManifests(text, 'the manifest of Argo Rollouts').map(({ object }) => object);
  if (!objects.some(({ kind, metadata }) => kind === 'CustomResourceDefinition' && metadata.name === 'rollouts.argoproj.io'))
    throw new EnvironmentError('the manifest of Argo Rollouts defines no Rollout', {
      hint: 'Set LAB_ROLLOUTS_MANIFEST to the install.yaml of a release of Argo Rollouts.',
    });
  return objects;
}

/** The images that Argo Rollouts runs. */
export function imagesIn(objects: readonly KubeObject[]): string[] {
  const images = objects.flatMap(({ kind, spec }) => {
    if (kind !== 'Deployment') return [];
    const { template } = spec as { template: { spec: { containers: { image: string }[] } } };
    return template.spec.containers.map(({ image }) => image);
  });
  return [...new Set(images)];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
