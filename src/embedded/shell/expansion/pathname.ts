import type { Bytes } from '../kernel/bytes.ts';
import type { DirectoryNode } from '../kernel/node.ts';
import { permits } from '../kernel/node.ts';
import type { Process } from '../kernel/process.ts';
import { hasWildcard, Pattern, unescapePattern } from './pattern.ts';

/** The paths that a pattern matches, sorted by their bytes; empty when there are none. */
export function matchPaths(process: Process, pattern: Bytes): Bytes[] {
  const isAbsolute = pattern.startsWith('/');
  const components = pattern.split(/\/+/).filter((component, index) => component !== '' || index > 0);
  let found: Bytes[] = [isAbsolute ? '/' : ''];
  for (const [index, component] of components.entries()) {
    const isLast = index === components.length - 1;
    found = found.flatMap((prefix) => (component === '' ? closing(process, prefix) : matchComponent(process, prefix, component, isLast)));
    if (found.length === 0) return [];
  }
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A pattern that ends with a slash matches directories. */
function closing(process: Process, prefix: Bytes): Bytes[] {
  return directoryAt(process, prefix) ? [`${prefix.replace(/\/$/, '')}/`] : [];
}

function matchComponent(process: Process, prefix: Bytes, component: Bytes, isLast: boolean): Bytes[] {
  const join = (name: Bytes): Bytes => (prefix === '' || prefix.endsWith('/') ? prefix + name : `${prefix}/${name}`);
  if (!hasWildcard(component)) {
    const path = join(unescapePattern(component));
    return process.files.find(path, process, !isLast) ? [path] : [];
  }
  const directory = directoryAt(process, prefix);
  if (!directory || !permits(directory, process.user, 4)) return [];
  const compiled = Pattern.compile(component);
  const wantsHidden = component.startsWith('.') || component.startsWith('\\.');
  const names = [...directory.entries.keys(), ...(wantsHidden ? ['.', '..'] : [])];
  return names.filter((name) => (wantsHidden || !name.startsWith('.')) && compiled.matches(name)).map(join);
}

function directoryAt(process: Process, path: Bytes): DirectoryNode | undefined {
  const node = process.files.find(path === '' ? '.' : path, process);
  return node?.kind === 'directory' ? node : undefined;
}
