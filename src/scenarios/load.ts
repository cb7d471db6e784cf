import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ScenarioError, UsageError } from '../errors.ts';
import { listScenarioIds, scenarioFolder, type Course } from './course.ts';
import type { Scenario } from './schema.ts';
import { findSemanticProblems } from './semantic-rules.ts';
import { validateDocument } from './validate.ts';
import { readYamlFile } from './yaml-file.ts';

/** A scenario whose files have been read and found sound. */
export interface LoadedScenario {
  id: string;
  folder: string;
  scenario: Scenario;
}

/** Reads and validates a scenario. Rejects with UsageError when there is no such one, and with ScenarioError listing every problem when its file is broken. */
export async function loadScenario(course: Course, id: string): Promise<LoadedScenario> {
  const folder = scenarioFolder(course, id);
  if (!/^[a-z0-9-]+$/.test(id) || !(await isFile(join(folder, 'scenario.yaml')))) {
    throw new UsageError(`there is no scenario "${id}"`, { hint: `There are: ${(await listScenarioIds(course)).join(', ')}.` });
  }
  const path = `scenarios/${id}/scenario.yaml`;
  const file = await readYamlFile(join(folder, 'scenario.yaml'), path);
  const document = file.documents[0];
  if (!document || file.documents.length > 1) throw new ScenarioError(`${path} must hold one document`);
  const problems = await validateDocument('scenario', file, document);
  if (problems.length === 0) problems.push(...(await findSemanticProblems(document.toJS() as Scenario, { id, folder, file, document })));
  if (problems.length > 0) throw new ScenarioError(`${path} is not a sound scenario`, { problems });
  return { id, folder, scenario: document.toJS() as Scenario };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
