import * as nodeModule from 'node:module';

/** What Node has for this from version 22.8 on. */
interface CompileCache {
  enableCompileCache?(folder: string): unknown;
  getCompileCacheDir?(): string | undefined;
}

const compileCache: typeof nodeModule & CompileCache = nodeModule;

/**
 * Has Node keep in that folder what it makes of the modules that are read from now on, so that the next command finds it there. Where Node
 * cannot do that, or the folder cannot be written, nothing changes.
 */
export function keepCompiled(folder: string): void {
  compileCache.enableCompileCache?.(folder);
}

/** The environment in which another program of ours keeps it in the same place. */
export function compileCacheEnv(): Record<string, string> {
  const folder = compileCache.getCompileCacheDir?.();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}
