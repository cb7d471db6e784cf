import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Label of an image that says what it was built from. */
const SOURCES = 'lab.sources';

/** Builds every release of the apps that was not built from the same files and the same base before. */
export async function buildApps(docker: Docker, apps: readonly LabApp[], installFolder: string, watched: Watched): Promise<void> {
  await pullMissing(docker, [BASE_IMAGE], watched);
  for (const { name, image, releases } of apps) {
    const files = await contextOf(name, installFolder);
    const sources = await digestOf(installFolder, files, (await docker.imageId(BASE_IMAGE)) ?? '');
    for (const [index, release] of releases.entries()) {
      if ((await docker.imageLabels(`${image}:${release}`))?.[SOURCES] === sources) continue;
      watched.onDetail?.(`${image}:${release} (${index + 1} of ${releases.length})`);
      const build: ImageBuild = {
        folder: installFolder,
        files,
        dockerfile: `src/apps/${name}/Dockerfile`,
        tag: `${image}:${release}`,
        args: { RELEASE: release },
        labels: { [SOURCES]: sources },
      };
      await docker.build(build, { ...(watched.signal && { signal: watched.signal }) });
    }
  }
}

async function contextOf(app: string, installFolder: string): Promise<string[]> {
  const compiled = `dist/src/apps/${app}`;
  try {
    const names = (await readdir(join(installFolder, compiled))).filter((name) => name.endsWith('.js')).sort();
    return [`src/apps/${app}/Dockerfile`, ...names.map((name) => `${compiled}/${name}`)];
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    throw new EnvironmentError(`${join(installFolder, compiled)} is not there`, {
      hint: 'Type `npm ci` in the folder of lab, and try again.',
    });
  }
}

async function digestOf(folder: string, files: readonly string[], base: string): Promise<string> {
  const hash = createHash('sha256').update(base);
  for (const file of files) hash.update(`\n${file}\n`).update(await readFile(join(folder, file)));
  return hash.digest('hex');
}
