import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ScenarioError, UsageError } from '../errors.ts';
import { isSystemError } from '../system/files.ts';
import { solutionFolder, type Course } from './course.ts';
import type { LoadedScenario } from './load.ts';
import type { Solution } from './schema.ts';
import { validateDocument } from './validate.ts';
import { readYamlFile } from './yaml-file.ts';

/** A way to repair a scenario, right or wrong. */
export interface LoadedSolution {
  /** `fix`, or the name of another repair. */
  name: string;
  folder: string;
  /** The folder as people are told of it, such as `solutions/scenario-1/wrong/fail-open`. */
  shownFolder: string;
  solution: Solution;
}

/** The reference repair. */
export async function loadReferenceRepair(course: Course, scenario: LoadedScenario): Promise<LoadedSolution> {
  return asRight(await loadRepair(course, scenario, 'fix', 'fix'));
}

/** Another repair that is as good as the reference repair; rejects with UsageError when there is no such one. */
export async function loadRightRepair(course: Course, scenario: LoadedScenario, name: string): Promise<LoadedSolution> {
  requireKnown(name, await listRightRepairs(course, scenario), `${scenario.id} has no other right repair "${name}"`);
  return asRight(await loadRepair(course, scenario, join('right', name), name));
}

/** A tempting repair that must still fail; rejects with UsageError when there is no such one. */
export async function loadWrongRepair(course: Course, scenario: LoadedScenario, name: string): Promise<LoadedSolution> {
  requireKnown(name, await listWrongRepairs(course, scenario), `${scenario.id} has no wrong repair "${name}"`);
  const repair = await loadRepair(course, scenario, join('wrong', name), name);
  const { mustFail } = repair.solution.spec;
  const path = `${repair.shownFolder}/repair.yaml`;
  if (!mustFail) throw new ScenarioError(`${path} does not say which checks must fail`);
  const unknown = mustFail.filter((id) => !scenario.scenario.spec.checks.some((check) => check.id === id));
  if (unknown.length > 0) throw new ScenarioError(`${path} names checks that ${scenario.id} does not have: ${unknown.join(', ')}`);
  return repair;
}

/** Names of the right repairs of a scenario beside the reference repair, in alphabetical order. */
export async function listRightRepairs(course: Course, { id }: LoadedScenario): Promise<string[]> {
  return foldersIn(join(solutionFolder(course, id), 'right'));
}

/** Names of the wrong repairs of a scenario, in alphabetical order. */
export async function listWrongRepairs(course: Course, { id }: LoadedScenario): Promise<string[]> {
  return foldersIn(join(solutionFolder(course, id), 'wrong'));
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function requireKnown(name: string, names: readonly string[], message: string): void {
  if (names.includes(name)) return;
  throw new UsageError(message, names.length > 0 ? { hint: `There are: ${names.join(', ')}.` } : {});
}

function asRight(repair: LoadedSolution): LoadedSolution {
  if (repair.solution.spec.mustFail)
    throw new ScenarioError(`${repair.shownFolder}/repair.yaml is a right repair and must not name checks that fail`);
  return repair;
}

async function loadRepair(course: Course, { id }: LoadedScenario, subfolder: string, name: string): Promise<LoadedSolution> {
  const folder = join(solutionFolder(course, id), subfolder);
  const shownFolder = `solutions/${id}/${subfolder.replaceAll('\\', '/')}`;
  const path = `${shownFolder}/repair.yaml`;
  const file = await readYamlFile(join(folder, 'repair.yaml'), path);
  const document = file.documents[0];
  if (!document || file.documents.length > 1) throw new ScenarioError(`${path} must hold one document`);
  const problems = await validateDocument('solution', file, document);
  if (problems.length > 0) throw new ScenarioError(`${path} is not a sound repair`, { problems });
  return { name, folder, shownFolder, solution: document.toJS() as Solution };
}
