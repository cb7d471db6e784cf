import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a course's folders are: `scenarios/`, `labs/` and `solutions/` below one root. */
export interface Course {
  root: string;
}

export function scenarioFolder(course: Course, id: string): string {
  return join(course.root, 'scenarios', id);
}

export function labFolder(course: Course, id: string): string {
  return join(course.root, 'labs', id);
}

export function solutionFolder(course: Course, id: string): string {
  return join(course.root, 'solutions', id);
}

/** Ids of the scenarios in the order of their numbers: `scenario-2` before `scenario-10`. */
export async function listScenarioIds(course: Course): Promise<string[]> {
  const entries = await readdir(join(course.root, 'scenarios'), { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return ids.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
