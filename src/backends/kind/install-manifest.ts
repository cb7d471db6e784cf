import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EnvironmentError, type EnvironmentProblem } from '../../errors.ts';
import { parseManifests } from '../../kube/manifest.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Docker, Watched } from '../../system/docker.ts';
import { download } from '../../system/download.ts';
import { makeFolder, readIfThere, replaceFile } from '../../system/files.ts';

/** Software that a cluster gets by the install manifest of one of its releases. */
export interface Installable {
  name: string;
  /** Where its controllers live, and whatever of its manifest is not said to live elsewhere. */
  namespace: string;
  /** A kind that its manifest defines. */
  kind: { name: string; definition: string };
  /** The environment variable that says where the manifest is. */
  variable: string;
  /** What the files are called that are about it. */
  slug: string;
  /** What the manifest is called where releases are. */
  releaseFile: string;
}

export const ARGO_ROLLOUTS: Installable = {
  name: 'Argo Rollouts',
  namespace: 'argo-rollouts',
  kind: { name: 'Rollout', definition: 'rollouts.argoproj.io' },
  variable: 'LAB_ROLLOUTS_MANIFEST',
  slug: 'argo-rollouts',
  releaseFile: 'install.yaml',
};

export const TEKTON: Installable = {
  name: 'Tekton Pipelines',
  namespace: 'tekton-pipelines',
  kind: { name: 'PipelineRun', definition: 'pipelineruns.tekton.dev' },
  variable: 'LAB_TEKTON_MANIFEST',
  slug: 'tekton',
  releaseFile: 'release.yaml',
};

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
 * The install manifest. What is downloaded is kept with its SHA-256 and held against it each time. Rejects with EnvironmentError when the
 * file is not there, or is not what was downloaded.
 */
export async function readManifest(installable: Installable, { location, cacheFolder, signal, onDetail }: ManifestSource): Promise<string> {
  const { name, variable } = installable;
  if (!isAddress(location)) return readLocal(installable, location);
  const file = cachedFile(installable, cacheFolder, location);
  const [text, sum] = await Promise.all([readIfThere(file), readIfThere(`${file}.sha256`)]);
  if (text !== undefined && sum !== undefined) {
    if (sha256(text) === sum.trim()) return text;
    throw new EnvironmentError(`${file} is not what was downloaded: its checksum differs`, {
      hint: `Delete it with \`rm ${file}\` and start again; then it is downloaded anew.`,
    });
  }
  onDetail?.(`downloading the manifest of ${name}`);
  const fresh = await download(location, {
    timeoutMs: DOWNLOAD_MS,
    hint: `Without that address, set ${variable} to a copy of the file, or load a bundle with \`lab bundle load FILE\`.`,
    ...(signal && { signal }),
    ...(onDetail && { onDetail: (text) => onDetail(`downloading the manifest of ${name}: ${text}`) }),
  });
  await keepManifest(installable, cacheFolder, location, fresh);
  return fresh;
}

/** Whether a manifest is somewhere in the network, not on this machine. */
export function isAddress(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** Keeps a manifest as if it had been downloaded from there. */
export async function keepManifest(installable: Installable, cacheFolder: string, location: string, text: string): Promise<void> {
  const file = cachedFile(installable, cacheFolder, location);
  await makeFolder(cacheFolder);
  await rm(`${file}.sha256`, { force: true });
  await replaceFile(file, text, FILE_MODE);
  await replaceFile(`${file}.sha256`, `${sha256(text)}\n`, FILE_MODE);
}

function cachedFile({ slug }: Installable, folder: string, location: string): string {
  return join(folder, `${slug}-${sha256(location).slice(0, 12)}-${basename(new URL(location).pathname)}`);
}

async function readLocal(installable: Installable, path: string): Promise<string> {
  const text = await readIfThere(path);
  if (text !== undefined) return text;
  const { what, remedy } = missingManifest(installable, path);
  throw new EnvironmentError(what, { hint: remedy });
}

/** What is wrong when the manifest is set to a file that is not there. */
export function missingManifest({ name, variable }: Installable, path: string): EnvironmentProblem {
  return {
    what: `there is no manifest of ${name} at ${path}`,
    remedy: `Set ${variable} to a file that exists, or take the setting out to use the release page.`,
  };
}

/** An image as a manifest names it, and the name under which a cluster gets it. */
export interface ManifestImage {
  source: string;
  tag: string;
}

/** What a manifest installs, each object in its namespace; and the images that are needed for it. */
export interface Installation {
  objects: KubeObject[];
  images: ManifestImage[];
}

/**
 * Reads what a manifest installs. An image that it names by digest is named by a tag instead. Why: an image that comes out of an archive,
 * as those do that are loaded into a node, is known by its tag only.
 */
export function installationOf(installable: Installable, text: string): Installation {
  const { name, namespace, kind, variable, releaseFile } = installable;
  const written = parseManifests(text, `the manifest of ${name}`).map(({ object }) => object);
  if (!written.some((object) => object.kind === 'CustomResourceDefinition' && object.metadata.name === kind.definition))
    throw new EnvironmentError(`the manifest of ${name} defines no ${kind.name}`, {
      hint: `Set ${variable} to the ${releaseFile} of a release of ${name}.`,
    });
  const images = new Map<string, ManifestImage>();
  const tagged = (source: string): string => {
    const tag = tagOf(source);
    images.set(source, { source, tag });
    return tag;
  };
  const objects = written.map((object) => (object.kind === 'Deployment' ? withImages(object, tagged) : object));
  const hasNamespace = objects.some((object) => object.kind === 'Namespace' && object.metadata.name === namespace);
  if (!hasNamespace) objects.unshift({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return { objects, images: [...images.values()] };
}

/** Brings the images of a manifest to this machine's Docker, under the names by which a cluster knows them. */
export async function provideManifestImages(docker: Docker, images: readonly ManifestImage[], watched: Watched): Promise<void> {
  for (const { source, tag } of images) {
    if ((await docker.imageId(tag)) !== undefined) continue;
    await docker.pull(source, { ...watched, onDetail: (text) => watched.onDetail?.(`${tag}: ${text}`) });
    if (tag !== source) await docker.tag(source, tag);
  }
}

interface ManifestContainer {
  image: string;
  args?: string[];
}

/** A Deployment whose images, and those that its containers are told to run, have other names. */
function withImages(deployment: KubeObject, renamed: (image: string) => string): KubeObject {
  const copy = structuredClone(deployment);
  const { template } = copy['spec'] as { template: { spec: { containers: ManifestContainer[] } } };
  for (const container of template.spec.containers) {
    container.image = renamed(container.image);
    for (const [index, argument] of (container.args ?? []).entries())
      if (isImageOption(container.args?.[index - 1])) container.args![index] = renamed(argument);
  }
  return copy;
}

/** Such as `-entrypoint-image`, with which Tekton's controller is told what to run in pods. Nobody here runs what is for Windows. */
function isImageOption(argument: string | undefined): boolean {
  return argument !== undefined && /^--?[a-z-]+-image$/.test(argument);
}

/** The name without the digest; what has a digest only gets a tag that is made of it. */
function tagOf(reference: string): string {
  const [, name, digest] = /^(.+)@sha256:([0-9a-f]{64})$/.exec(reference) ?? [];
  if (name === undefined || digest === undefined) return reference;
  return /:[^/]+$/.test(name) ? name : `${name}:sha256-${digest.slice(0, 12)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
