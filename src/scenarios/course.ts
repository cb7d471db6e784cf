import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a course's folders are: `scenarios/`, `labs/`, `solutions/` and `docs/challenges/` below one root. */
export interface Course {
  root: string;
}

export function scenarioFolder(course: Course, id: string): string {
  return join(course.root, 'scenarios', id);
}

/** A challenge is a scenario without hints, for those who have been through the course. */
export function isChallenge(id: string): boolean {
  return id.startsWith('challenge-');
}

/** Where a learner finds what there is to read, such as `labs/scenario-1`. */
export function shownLabFolder(id: string): string {
  return isChallenge(id) ? `docs/challenges/${id}` : `labs/${id}`;
}

export function labFolder(course: Course, id: string): string {
  return join(course.root, shownLabFolder(id));
}

export function solutionFolder(course: Course, id: string): string {
  return join(course.root, 'solutions', id);
}

/** Ids of the scenarios in the order of their numbers, `scenario-2` before `scenario-10`; then those of the challenges. */
export async function listScenarioIds(course: Course): Promise<string[]> {
  const entries = await readdir(join(course.root, 'scenarios'), { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return ids.sort((a, b) => Number(isChallenge(a)) - Number(isChallenge(b)) || a.localeCompare(b, 'en', { numeric: true }));
}
