import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../../system/files.ts';
import type { KindSettings } from '../settings.ts';

/** What a bundle that was loaded on this machine has left. */
export interface Bundled {
  settings: Partial<KindSettings>;
  /** The kind program that came with it. */
  kindPath?: string;
}

/** Where a bundle leaves its programs and what it says about itself. */
export function bundledPlaces(cacheFolder: string): { folder: string; settingsFile: string; programs: string } {
  const folder = join(cacheFolder, 'bundle');
  return { folder, settingsFile: join(folder, 'settings.json'), programs: join(folder, 'bin') };
}

/** Nothing when no bundle was loaded. */
export async function readBundled(cacheFolder: string): Promise<Bundled> {
  const { settingsFile, programs } = bundledPlaces(cacheFolder);
  const text = await readIfThere(settingsFile);
  if (text === undefined) return { settings: {} };
  const kindPath = join(programs, 'kind');
  const isThere = await access(kindPath, constants.X_OK).then(
    () => true,
    () => false,
  );
  return { settings: JSON.parse(text) as Partial<KindSettings>, ...(isThere && { kindPath }) };
}
