import { resolve } from 'node:path';
import { progressOn } from '../cli/steps.ts';
import type { BundleOptions } from '../backends/kind/bundle/kind-bundles.ts';
import type { KindSettings } from '../backends/kind/settings.ts';
import { cacheFolder } from '../system/cache-folder.ts';
import type { CommandContext } from './context.ts';

/** `lab bundle create`: one file with everything that a lab on kind needs, for machines without network. */
export async function bundleCreate(
  context: CommandContext,
  file: string,
  { tekton = false, ...flags }: Partial<KindSettings> & { tekton?: boolean } = {},
): Promise<number> {
  const { createKindBundle } = await import('../backends/kind/bundle/kind-bundles.ts');
  const sizeBytes = await createKindBundle({ ...optionsOf(context, file, flags), hasTekton: tekton });
  context.io.line(
    `${context.io.paint('✔', 'good')} ${file}: ${(sizeBytes / 1e6).toFixed(0)} MB. On the other machine: \`lab bundle load ${file}\`.`,
  );
  if (!tekton) context.io.line('  scenario-15 is not in it, for it needs Tekton Pipelines; with `--tekton` it is.');
  return 0;
}

/** `lab bundle load`: takes such a file over, as a whole or not at all. */
export async function bundleLoad(context: CommandContext, file: string): Promise<number> {
  const { io } = context;
  const { loadKindBundle } = await import('../backends/kind/bundle/kind-bundles.ts');
  const { images, programs } = await loadKindBundle(optionsOf(context, file));
  io.line(`${io.paint('✔', 'good')} ${images.length} images are loaded. \`lab start scenario-1 --backend kind\` needs no network now.`);
  io.line(`  kubectl and kind are in ${programs}/; put that folder on your PATH to use them yourself.`);
  return 0;
}

function optionsOf({ io, paths, installFolder }: CommandContext, file: string, flags: Partial<KindSettings> = {}): BundleOptions {
  return {
    file: resolve(io.cwd, file),
    env: io.env,
    configFile: paths.configFile,
    installFolder,
    cacheFolder: cacheFolder(io.env, io.platform),
    flags,
    progress: progressOn(io),
  };
}
