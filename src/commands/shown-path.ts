import { isAbsolute, relative } from 'node:path';

/** A path as it is shown to somebody in a folder: relative where that is shorter to read. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short;
}
