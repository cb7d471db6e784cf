import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import { normalizePath } from '../../shell/kernel/path.ts';
import { FileError, type ContainerFiles } from './files.ts';
import { globMatches } from './template-filter.ts';

/** Files with names like these are never templates. */
const NO_TEMPLATES = ['cves.json', 'contributors.json', 'TEMPLATES-STATS.json'];

export interface FoundPaths {
  /** Each once, in the order in which they were found. */
  paths: string[];
  /** What could not be found, with the reason. */
  missing: { path: string; reason: string }[];
}

/**
 * The template files behind the values of `-t`: files, folders with everything below them, patterns. A folder that a ConfigMap is
 * mounted at yields every template twice, once through its symbolic link and once in the hidden folder behind `..data`: folders are
 * walked without following links, and a link to a file counts as a file. Models disk.DiskCatalog.GetTemplatesPath.
 */
export function findTemplatePaths(values: readonly string[], files: ContainerFiles, templatesDirectory: string): FoundPaths {
  const found = new Set<string>();
  const missing: FoundPaths['missing'] = [];
  for (const value of values.filter((path) => !isKnownConfig(path))) {
    if (value.includes('://')) throw new CannotSimulate(`nuclei cannot fetch templates from ${value}`);
    try {
      for (const path of pathsOf(value, files, templatesDirectory)) found.add(path);
    } catch (error) {
      if (!(error instanceof PathProblem)) throw error;
      missing.push({ path: value, reason: error.message });
    }
  }
  return { paths: [...found].filter((path) => !isKnownConfig(path)), missing };
}

class PathProblem extends Error {}

function pathsOf(value: string, files: ContainerFiles, templatesDirectory: string): string[] {
  if (value.includes('*')) return expandPattern(value, files);
  const path = resolvePath(value === '.' ? files.workingDirectory : value, files, templatesDirectory);
  try {
    if (files.open(path).kind === 'file') return [path];
  } catch (error) {
    if (error instanceof FileError) throw new PathProblem(`could not find file: ${error.message}`);
    throw error;
  }
  const paths = files.walk(path).filter(isTemplateFile);
  if (paths.length === 0) throw new PathProblem(`no templates found in path ${path}`);
  return paths;
}

function resolvePath(value: string, files: ContainerFiles, templatesDirectory: string): string {
  if (value.startsWith('/')) return value;
  for (const directory of [files.workingDirectory, templatesDirectory]) {
    const path = normalizePath(`${directory}/${value}`);
    if (files.kindOf(path) !== undefined) return path;
  }
  return normalizePath(`${templatesDirectory}/${value}`);
}

/** Paths that fit a pattern; Go takes the leading slash away first, so that a pattern is always relative. */
function expandPattern(pattern: string, files: ContainerFiles): string[] {
  const names = pattern.replace(/^\//, '').split('/');
  let candidates = [''];
  for (const name of names) {
    candidates = candidates.flatMap((prefix) =>
      namesIn(prefix, files)
        .filter((entry) => globMatches(name, entry))
        .map((entry) => (prefix === '' ? entry : `${prefix}/${entry}`)),
    );
  }
  if (candidates.length === 0) throw new PathProblem('no templates found for path');
  return candidates;
}

function namesIn(path: string, files: ContainerFiles): string[] {
  try {
    const node = files.open(path === '' ? files.workingDirectory : path);
    return node.kind === 'directory' ? [...node.entries.keys()].sort((a, b) => (a < b ? -1 : 1)) : [];
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function isTemplateFile(path: string): boolean {
  return /\.(yaml|json)$/i.test(path);
}

function isKnownConfig(path: string): boolean {
  return NO_TEMPLATES.some((name) => path.includes(name));
}
