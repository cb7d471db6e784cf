import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import type { Docker, ImageBuild, Watched } from '../../system/docker.ts';
import { isSystemError } from '../../system/files.ts';
import { NUCLEI_IMAGE, type KindSettings } from './settings.ts';

/** An app of the lab: each of its releases is an image. */
export interface LabApp {
  /** Such as `lab/shop`. */
  image: string;
  /** Such as `shop`: the folder below `src/apps`. */
  name: string;
  releases: readonly string[];
  /** Files and folders of node_modules that go into its images, too. */
  packages?: readonly string[];
  /** What a scenario has to need for its images to be of use, such as `tekton`. */
  need?: string;
  /** Whether its Dockerfile takes something out of the node's image, which it is told as NODE_IMAGE. */
  hasNodeImage?: boolean;
}

/** Base of the images that the lab builds. */
export const BASE_IMAGE = 'node:20-bookworm-slim';

/** Every image that pods of labs ask for, by the name they use. */
export function labImages(apps: readonly LabApp[]): string[] {
  return [...apps.flatMap(({ image, releases }) => releases.map((release) => `${image}:${release}`)), NUCLEI_IMAGE];
}

/** Images that the lab has made on this machine itself. */
export function ownImages(apps: readonly LabApp[]): string[] {
  return labImages(apps).filter((image) => image !== NUCLEI_IMAGE);
}

/** Brings images to this machine's Docker: what is there is kept, the rest pulled. */
export async function pullMissing(docker: Docker, references: readonly string[], watched: Watched): Promise<void> {
  for (const reference of references) {
    if ((await docker.imageId(reference)) !== undefined) continue;
    await docker.pull(reference, { ...watched, onDetail: (text) => watched.onDetail?.(`${reference}: ${text}`) });
  }
}

/** Sees to it that the scanner is there under the name that scenarios use. */
export async function provideScanner(docker: Docker, { nucleiImage }: KindSettings, watched: Watched): Promise<void> {
  await pullMissing(docker, [nucleiImage], watched);
  if (nucleiImage !== NUCLEI_IMAGE) await docker.tag(nucleiImage, NUCLEI_IMAGE);
}

/** Why: an image that came out of an archive is known by its tag only. */
export function withoutDigest(reference: string): string {
  return reference.replace(/(:[^/@]+)@sha256:[0-9a-f]+$/, '$1');
}

/** Labels of an image that say what it was built from, and on which base. */
const [SOURCES, BASE] = ['lab.sources', 'lab.base'] as const;

/** Where images are built, and what of. */
export interface BuildPlace {
  /** Where lab is installed. */
  installFolder: string;
  nodeImage: string;
}

/** Builds every release of the apps that was not built from the same files, and on the base that is here, before. */
export async function buildApps(
  docker: Docker,
  apps: readonly LabApp[],
  { installFolder, nodeImage }: BuildPlace,
  watched: Watched,
): Promise<void> {
  for (const app of apps) {
    const files = await contextOf(app, installFolder);
    const args: Record<string, string> = app.hasNodeImage ? { NODE_IMAGE: nodeImage } : {};
    const sources = await digestOf(installFolder, files, app.hasNodeImage ? withoutDigest(nodeImage) : '');
    const stale = await staleReleases(docker, app, sources);
    // Why only now: images that came in a bundle need no base.
    if (stale.length > 0) await pullMissing(docker, [BASE_IMAGE, ...Object.values(args)], watched);
    for (const [index, release] of stale.entries()) {
      const tag = `${app.image}:${release}`;
      watched.onDetail?.(`${tag} (${index + 1} of ${stale.length})`);
      const build: ImageBuild = {
        folder: installFolder,
        files,
        dockerfile: `src/apps/${app.name}/Dockerfile`,
        tag,
        args: { RELEASE: release, ...args },
        labels: { [SOURCES]: sources, [BASE]: (await docker.imageId(BASE_IMAGE)) ?? '' },
      };
      await docker.build(build, { ...(watched.signal && { signal: watched.signal }) });
    }
    if (stale.length > 0) await docker.removeOutdatedImages(SOURCES);
  }
}

/** Takes away every image that was built here. */
export async function removeOwnImages(docker: Docker, apps: readonly LabApp[]): Promise<void> {
  for (const image of ownImages(apps)) await docker.removeImage(image);
  await docker.removeOutdatedImages(SOURCES);
}

async function staleReleases(docker: Docker, { image, releases }: LabApp, sources: string): Promise<string[]> {
  const base = await docker.imageId(BASE_IMAGE);
  const isFresh = (labels: Record<string, string> | undefined): boolean =>
    labels?.[SOURCES] === sources && (base === undefined || labels[BASE] === base);
  const labels = await Promise.all(releases.map((release) => docker.imageLabels(`${image}:${release}`)));
  return releases.filter((_release, index) => !isFresh(labels[index]));
}

async function contextOf({ name: app, packages = [] }: LabApp, installFolder: string): Promise<string[]> {
  const compiled = `dist/src/apps/${app}`;
  try {
    const names = (await readdir(join(installFolder, compiled))).filter((name) => name.endsWith('.js')).sort();
    const modules = await Promise.all(packages.map((path) => filesOf(`node_modules/${path}`, installFolder)));
    return [`src/apps/${app}/Dockerfile`, ...names.map((name) => `${compiled}/${name}`), ...modules.flat()];
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    throw new EnvironmentError(`${join(installFolder, compiled)} is not there`, {
      hint: 'Type `npm ci` in the folder of lab, and try again.',
    });
  }
}

/** The path itself if it is a file, or the files below it. */
async function filesOf(path: string, installFolder: string): Promise<string[]> {
  if ((await stat(join(installFolder, path))).isFile()) return [path];
  const entries = await readdir(join(installFolder, path), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(installFolder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')).sort();
}

async function digestOf(folder: string, files: readonly string[], argument: string): Promise<string> {
  const hash = createHash('sha256').update(argument);
  for (const file of files) hash.update(`\n${file}\n`).update(await readFile(join(folder, file)));
  return hash.digest('hex');
}
