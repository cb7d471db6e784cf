import { fileProblem } from '../../cli/render-error.ts';
import { ScenarioError } from '../../errors.ts';

/** One way in which a scenario is not as it says it is. */
export interface Deviation {
  expected: string;
  found: string;
}

/** What a broken file comes to: a deviation for each problem in it. Throws everything that is no ScenarioError. */
export function brokenFile(error: unknown): Deviation[] {
  if (!(error instanceof ScenarioError)) throw error;
  const found = error.problems.length > 0 ? error.problems.map(fileProblem) : [error.message];
  return found.map((text) => ({ expected: 'sound files', found: text }));
}
