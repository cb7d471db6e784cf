import { join } from 'node:path';
import type { CheckResult, Report } from '../../../grader/index.ts';
import { solutionFolder, type Course } from '../../scenarios/course.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import { loadReferenceRepair } from '../../scenarios/solutions.ts';
import { readIfThere } from '../../system/files.ts';
import type { Deviation } from './deviation.ts';
import { firstSharedRun } from './shared-words.ts';

/** What a check that failed told the learner of their cluster. */
export interface ToldFailure {
  check: string;
  observed: string;
}

export function toldFailures({ checks }: Report): ToldFailure[] {
  return failedOf(checks).map(({ id, observed }) => ({ check: id, observed }));
}

/** Failures that are told in the words of the solution. */
export async function findGivenAway(course: Course, loaded: LoadedScenario, { checks }: Report): Promise<Deviation[]> {
  const solution = await solutionText(course, loaded);
  return failedOf(checks).flatMap(({ id, observed, expected, why, evidence }) => {
    const shared = firstSharedRun([observed, expected, why, ...evidence.map(({ text }) => text)].join('\n'), solution);
    return shared === undefined ? [] : [{ expected: `${id} tells what happened, and not the solution`, found: `both say "${shared}"` }];
  });
}

function failedOf(checks: readonly CheckResult[]): CheckResult[] {
  return checks.filter(({ result }) => result === 'failed');
}

/** What is told of the solution, and the files of the reference repair. */
async function solutionText(course: Course, loaded: LoadedScenario): Promise<string> {
  const { folder, solution } = await loadReferenceRepair(course, loaded);
  const files = solution.spec.steps.flatMap((step) => ('apply' in step ? step.apply : [])).map((file) => join(folder, file));
  const texts = await Promise.all([join(solutionFolder(course, loaded.id), 'README.md'), ...files].map((file) => readIfThere(file)));
  return texts.join('\n');
}
