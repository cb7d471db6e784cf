import { EnvironmentError } from '../../../errors.ts';
import type { KindSettings } from '../settings.ts';

/** The first file of a bundle: what it is, and what is in it. */
export interface BundleIndex {
  format: 'lab-bundle';
  version: 1;
  /** Such as `linux/amd64`: what the images and the programs run on. */
  platform: string;
  /** Names of the images, as pods and kind ask for them. */
  images: string[];
  settings: Pick<KindSettings, 'nodeImage' | 'rolloutsManifest'> & Partial<Pick<KindSettings, 'tektonManifest'>>;
  /** The other files, in their order. */
  files: BundleFile[];
}

export interface BundleFile {
  name: BundleFileName;
  sizeBytes: number;
  sha256: string;
}

export type BundleFileName = 'images.tar.gz' | ManifestFileName | 'bin/kind' | 'bin/kubectl';

export type ManifestFileName = 'argo-rollouts.yaml' | 'tekton.yaml';

export const INDEX_FILE = 'lab-bundle.json';

/** The index in a text. Throws an EnvironmentError for one that is none, of another version, or for another platform. */
export function parseIndex(text: string, file: string, platform: string): BundleIndex {
  let index: Partial<BundleIndex>;
  try {
    index = JSON.parse(text) as Partial<BundleIndex>;
  } catch {
    throw noBundle(file);
  }
  if (index.format !== 'lab-bundle') throw noBundle(file);
  if (index.version !== 1)
    throw new EnvironmentError(`${file} is a bundle of version ${String(index.version)}, and this lab reads version 1`, {
      hint: 'Make the bundle anew with the same version of lab as is installed here.',
    });
  if (index.platform !== platform)
    throw new EnvironmentError(`${file} is for ${index.platform ?? 'an unknown platform'}, and this machine is ${platform}`, {
      hint: `Make one with \`lab bundle create\` on a machine that is ${platform}.`,
    });
  return index as BundleIndex;
}

export function noBundle(file: string, why = 'it is no bundle of the lab'): EnvironmentError {
  return new EnvironmentError(`${file} cannot be loaded: ${why}; nothing of it was`, {
    hint: 'Copy the file anew, or make it anew with `lab bundle create FILE` on a machine with network.',
  });
}
