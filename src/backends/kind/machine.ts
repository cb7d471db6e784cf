import { connectDocker, type Docker } from '../../system/docker.ts';
import { readBundled } from './bundle/bundled.ts';
import { KindProgram, type KindProgramOptions } from './kind-program.ts';
import { readSettings, type KindSettings } from './settings.ts';

/** What makes clusters on this machine. */
export interface Machine {
  docker: Docker;
  kind: KindProgram;
}

/** This machine's Docker, and its kind, or else the kind that came with a bundle. Rejects with EnvironmentError without a Docker. */
export async function connectMachine({
  env,
  cacheFolder,
  onInterrupt,
}: Pick<KindProgramOptions, 'env' | 'onInterrupt'> & { cacheFolder: string }): Promise<Machine> {
  const [docker, { kindPath }] = await Promise.all([connectDocker(env), readBundled(cacheFolder)]);
  const own = new KindProgram({ path: 'kind', env, onInterrupt });
  const hasOwn = kindPath === undefined || (await own.version()) !== undefined;
  return { docker, kind: hasOwn ? own : new KindProgram({ path: kindPath, env, onInterrupt }) };
}

/** The settings that hold on this machine: what is said comes before what a bundle brought. */
export async function settingsHere({
  env,
  configFile,
  cacheFolder,
  flags = {},
}: {
  env: KindProgramOptions['env'];
  configFile: string;
  cacheFolder: string;
  flags?: Partial<KindSettings>;
}): Promise<KindSettings> {
  const { settings: bundled } = await readBundled(cacheFolder);
  return readSettings({ env, configFile, bundled, flags });
}
