import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ScenarioError, UsageError } from '../errors.ts';
import { solutionFolder, type Course } from './course.ts';
import type { LoadedScenario } from './load.ts';
import type { Solution } from './schema.ts';
import { validateDocument } from './validate.ts';
import { readYamlFile } from './yaml-file.ts';

/** A way to repair a scenario, right or wrong. */
export interface LoadedSolution {
  /** `fix`, or the name of a wrong repair. */
  name: string;
  folder: string;
  /** The folder as people are told of it, such as `solutions/scenario-1/wrong/fail-open`. */
  shownFolder: string;
  solution: Solution;
}

/** The reference repair. */
export async function loadReferenceRepair(course: Course, scenario: LoadedScenario): Promise<LoadedSolution> {
  const repair = await loadRepair(course, scenario, 'fix', 'fix');
  if (repair.solution.spec.mustFail)
    throw new ScenarioError(`solutions/${scenario.id}/fix/repair.yaml is the right repair and must not name checks that fail`);
  return repair;
}

/** A tempting repair that must still fail; rejects with UsageError when there is no such one. */
export async function loadWrongRepair(course: Course, scenario: LoadedScenario, name: string): Promise<LoadedSolution> {
  const names = await listWrongRepairs(course, scenario);
  if (!names.includes(name)) {
    throw new UsageError(`${scenario.id} has no wrong repair "${name}"`, { hint: `There are: ${names.join(', ')}.` });
  }
  const repair = await loadRepair(course, scenario, join('wrong', name), name);
  const { mustFail } = repair.solution.spec;
  const path = `solutions/${scenario.id}/wrong/${name}/repair.yaml`;
  if (!mustFail) throw new ScenarioError(`${path} does not say which checks must fail`);
  const unknown = mustFail.filter((id) => !scenario.scenario.spec.checks.some((check) => check.id === id));
  if (unknown.length > 0) throw new ScenarioError(`${path} names checks that ${scenario.id} does not have: ${unknown.join(', ')}`);
  return repair;
}

/** Names of the wrong repairs of a scenario, in alphabetical order. */
export async function listWrongRepairs(course: Course, { id }: LoadedScenario): Promise<string[]> {
  const entries = await readdir(join(solutionFolder(course, id), 'wrong'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
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
