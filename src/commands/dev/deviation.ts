import { fileProblem } from '../../cli/render-error.ts';
import { LabError, ScenarioError } from '../../errors.ts';

/** One way in which a scenario is not as it says it is. */
export interface Deviation {
  expected: string;
  found: string;
}

/** What an error comes to: a deviation for each problem in a file, or one for whatever else went wrong. */
export function deviationsOf(error: unknown): Deviation[] {
  if (error instanceof ScenarioError && error.problems.length > 0) {
    return error.problems.map((problem) => ({ expected: error.message, found: fileProblem(problem) }));
  }
  if (error instanceof LabError) return [{ expected: 'to get that far', found: error.message }];
  return [{ expected: 'no mistake in the kit', found: error instanceof Error ? (error.stack ?? error.message) : String(error) }];
}
