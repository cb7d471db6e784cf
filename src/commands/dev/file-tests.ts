import { readdir } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { labFolder, shownLabFolder, solutionFolder, type Course } from '../../scenarios/course.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import {
  listRightRepairs,
  listWrongRepairs,
  loadReferenceRepair,
  loadRightRepair,
  loadWrongRepair,
  type LoadedSolution,
} from '../../scenarios/solutions.ts';
import { isSystemError, readIfThere } from '../../system/files.ts';
import type { Deviation } from './deviation.ts';

/** Files in the folders of the lab and of its solutions that nothing uses, and such as are missing. Those of the scenario are found when it is loaded. */
export async function findFileDeviations(course: Course, loaded: LoadedScenario): Promise<Deviation[]> {
  const { id, scenario } = loaded;
  const hasHints = scenario.spec.hints.length > 0;
  return [
    ...(await compare(shownLabFolder(id), labFolder(course, id), await labFiles(labFolder(course, id), hasHints))),
    ...(await compare(`solutions/${id}`, solutionFolder(course, id), await solutionFiles(course, loaded))),
  ];
}

async function compare(shown: string, folder: string, declared: ReadonlySet<string>): Promise<Deviation[]> {
  const existing = await filesBelow(folder);
  const missing = [...declared].filter((path) => !existing.includes(path));
  const idle = existing.filter((path) => !declared.has(path));
  return [
    ...missing.map((path) => ({ expected: `a file ${shown}/${path}`, found: 'no such file' })),
    ...idle.map((path) => ({ expected: 'no file that nothing uses', found: `${shown}/${path}` })),
  ];
}

/** What learners read, and the pictures and pages that it links to. */
async function labFiles(folder: string, hasHints: boolean): Promise<Set<string>> {
  const pages = [
    'README.md',
    ...(hasHints ? ['hints.md'] : []),
    ...((await filesBelow(folder)).includes('debrief.md') ? ['debrief.md'] : []),
  ];
  const texts = await Promise.all(pages.map((page) => readIfThere(join(folder, page))));
  return new Set([...pages, ...texts.flatMap((text = '') => linkedFiles(text))]);
}

/** Targets of relative links that stay in the folder. */
function linkedFiles(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target) && !posix.normalize(target).startsWith('..'))
    .map((target) => posix.normalize(target));
}

async function solutionFiles(course: Course, loaded: LoadedScenario): Promise<Set<string>> {
  const repairs = [await loadReferenceRepair(course, loaded)];
  for (const name of await listRightRepairs(course, loaded)) repairs.push(await loadRightRepair(course, loaded, name));
  for (const name of await listWrongRepairs(course, loaded)) repairs.push(await loadWrongRepair(course, loaded, name));
  return new Set(['README.md', ...repairs.flatMap((repair) => repairFiles(solutionFolder(course, loaded.id), repair))]);
}

function repairFiles(root: string, { folder, solution }: LoadedSolution): string[] {
  const files = solution.spec.steps.flatMap((step) => ('apply' in step ? step.apply : 'commit' in step ? (step.commit.files ?? []) : []));
  return ['repair.yaml', ...files].map((file) => asPosix(relative(root, join(folder, file))));
}

/** Paths of the files in a folder, below it; none when it is not there. */
export async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return files.map((entry) => asPosix(relative(folder, join(entry.parentPath, entry.name)))).sort();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

function asPosix(path: string): string {
  return path.replaceAll('\\', '/');
}
