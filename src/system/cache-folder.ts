import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the user's programs keep what can be got again: XDG_CACHE_HOME, or what the operating system has for it. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, platform: string): string {
  const home = env['HOME'] || homedir();
  const name = 'ship-safely-lab';
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], name);
  if (platform === 'darwin') return join(home, 'Library', 'Caches', name);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), name, 'cache');
  return join(home, '.cache', name);
}
