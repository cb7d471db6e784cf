import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { EnvironmentError, type EnvironmentProblem } from '../../../errors.ts';
import { connectDocker, type Docker } from '../../../system/docker.ts';
import type { Progress } from '../../backend.ts';
import { appsFor } from '../apps.ts';
import { buildApps, labImages, provideScanner, pullMissing, withoutDigest } from '../lab-images.ts';
import { ARGO_ROLLOUTS, installationOf, provideManifestImages, readManifest, TEKTON, type Installable } from '../install-manifest.ts';
import type { KindSettings } from '../settings.ts';
import { settingsHere } from '../machine.ts';
import { withClock } from '../waiting.ts';
import { createBundle } from './create-bundle.ts';
import { loadBundle, type LoadedBundle } from './load-bundle.ts';

export interface BundleOptions {
  /** The archive. */
  file: string;
  env: Readonly<Record<string, string | undefined>>;
  configFile: string;
  installFolder: string;
  cacheFolder: string;
  flags?: Partial<KindSettings>;
  /** Whether Tekton Pipelines goes in, too, and what scenarios with it need. */
  hasTekton?: boolean;
  progress: Progress;
  /** Stands in for the machine's Docker. */
  docker?: Docker;
}

/** Makes a bundle of everything that a lab on kind needs; answers its size in bytes. */
export async function createKindBundle({ file, progress, ...options }: BundleOptions): Promise<number> {
  const { env, installFolder, cacheFolder, hasTekton = false } = options;
  const docker = options.docker ?? (await connectDocker(env));
  const settings = await settingsHere(options);
  const [{ platform }, programs] = await Promise.all([docker.facts(), findPrograms(env)]);
  const nodeImage = withoutDigest(settings.nodeImage);
  const { rolloutsManifest, tektonManifest } = settings;
  const locations = { rolloutsManifest, ...(hasTekton && { tektonManifest }) };
  const { images, manifests } = await progress.step('Getting the images', async (detail) => {
    const clock = withClock(detail);
    try {
      const watched = { onDetail: clock.detail };
      const read = async (installable: Installable, location: string): Promise<{ text: string; images: string[] }> => {
        const text = await readManifest(installable, { location, cacheFolder, ...watched });
        const needed = installationOf(installable, text).images;
        await provideManifestImages(docker, needed, watched);
        return { text, images: needed.map(({ tag }) => tag) };
      };
      const rollouts = await read(ARGO_ROLLOUTS, rolloutsManifest);
      const tekton = hasTekton ? await read(TEKTON, tektonManifest) : undefined;
      const apps = appsFor(hasTekton ? ['tekton'] : []);
      await pullMissing(docker, [settings.nodeImage], watched);
      if (nodeImage !== settings.nodeImage) await docker.tag(settings.nodeImage, nodeImage);
      await provideScanner(docker, settings, watched);
      await buildApps(docker, apps, { installFolder, nodeImage: settings.nodeImage }, watched);
      return {
        images: [nodeImage, ...rollouts.images, ...(tekton?.images ?? []), ...labImages(apps)],
        manifests: { 'argo-rollouts.yaml': rollouts.text, ...(tekton && { 'tekton.yaml': tekton.text }) },
      };
    } finally {
      clock.stop();
    }
  });
  return progress.step(`Writing ${file}`, async (detail) => {
    const clock = withClock(detail);
    try {
      const kept = { nodeImage, ...locations };
      return await createBundle({ file, docker, platform, images, settings: kept, manifests, programs, detail: clock.detail });
    } finally {
      clock.stop();
    }
  });
}

/** Takes over a bundle on a machine that may have no network. */
export async function loadKindBundle({ file, env, cacheFolder, progress, docker: given }: BundleOptions): Promise<LoadedBundle> {
  const docker = given ?? (await connectDocker(env));
  const { platform } = await docker.facts();
  return progress.step(`Loading ${file}`, async (detail) => {
    const clock = withClock(detail);
    try {
      return await loadBundle({ file, docker, platform, cacheFolder, detail: clock.detail });
    } finally {
      clock.stop();
    }
  });
}

/** Rejects with EnvironmentError that names all that are missing. */
async function findPrograms({ PATH = '' }: BundleOptions['env']): Promise<{ kind: string; kubectl: string }> {
  const [kind, kubectl] = await Promise.all(['kind', 'kubectl'].map((name) => findProgram(name, PATH)));
  const problems: EnvironmentProblem[] = [];
  if (kind === undefined)
    problems.push({ what: 'kind is not installed', remedy: 'Install it: https://kind.sigs.k8s.io/docs/user/quick-start/#installation' });
  if (kubectl === undefined)
    problems.push({ what: 'kubectl is not installed', remedy: 'Install it: https://kubernetes.io/docs/tasks/tools/' });
  if (problems.length > 0) throw new EnvironmentError('a bundle takes along programs that this machine lacks', { problems });
  return { kind: kind!, kubectl: kubectl! };
}

async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name);
    if (await canRun(file)) return file;
  }
  return undefined;
}

async function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
