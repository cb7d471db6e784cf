import type { Bytes } from './bytes.ts';

/** Joins a path to the directory it is relative to, without looking at the file system. */
export function joinPath(directory: Bytes, path: Bytes): Bytes {
  if (path.startsWith('/')) return path;
  return directory === '/' ? `/${path}` : `${directory}/${path}`;
}

/** Takes `.`, `..` and doubled slashes out of an absolute path by its text alone, as `cd` does. */
export function normalizePath(path: Bytes): Bytes {
  const names: Bytes[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}

/** The last name of a path, as `basename` prints it. */
export function baseName(path: Bytes): Bytes {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '' : '/';
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** The path without its last name, as `dirname` prints it. */
export function parentPath(path: Bytes): Bytes {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path.startsWith('/') ? '/' : '.';
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

/** Whether an absolute path is `directory` or lies below it. */
export function isWithin(path: Bytes, directory: Bytes): boolean {
  return path === directory || directory === '/' || path.startsWith(`${directory}/`);
}
