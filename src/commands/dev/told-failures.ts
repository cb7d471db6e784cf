import { join } from 'node:path';
import type { CheckResult, Report } from '../../../grader/index.ts';
import { solutionFolder, type Course } from '../../scenarios/course.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import { loadReferenceRepair, type LoadedSolution } from '../../scenarios/solutions.ts';
import { readIfThere } from '../../system/files.ts';
import type { Deviation } from './deviation.ts';
import { filesBelow } from './file-tests.ts';
import { firstSharedRun } from './shared-words.ts';

/** What a check that failed told the learner of their cluster. */
export interface ToldFailure {
  check: string;
  observed: string;
}

export function toldFailures({ checks }: Report): ToldFailure[] {
  return failedOf(checks).map(({ id, observed }) => ({ check: id, observed }));
}

/**
 * Failures that are told in the words of the solution. What is in the learner's cluster anyway, because it was planted there or is part of
 * their own repair, may be quoted.
 */
export async function findGivenAway(
  course: Course,
  loaded: LoadedScenario,
  { checks }: Report,
  repair?: LoadedSolution,
): Promise<Deviation[]> {
  const [solution, known] = await Promise.all([solutionText(course, loaded), knownText(loaded, repair)]);
  return failedOf(checks).flatMap((check) => {
    const shared = firstSharedRun(toldBy(check), solution, known);
    return shared === undefined
      ? []
      : [{ expected: `${check.id} tells what happened, and not the solution`, found: `both say "${shared}"` }];
  });
}

function failedOf(checks: readonly CheckResult[]): CheckResult[] {
  return checks.filter(({ result }) => result === 'failed');
}

function toldBy({ observed, expected, why, evidence }: CheckResult): string {
  return [observed, expected, why, ...evidence.map(({ text }) => text)].join('\n');
}

/** What is told of the solution, and the reference repair. */
async function solutionText(course: Course, loaded: LoadedScenario): Promise<string> {
  const { folder } = await loadReferenceRepair(course, loaded);
  const readme = await readIfThere(join(solutionFolder(course, loaded.id), 'README.md'));
  return [readme, await textIn(folder)].join('\n');
}

/** What was planted, and what the learner made of it. */
async function knownText({ folder }: LoadedScenario, repair?: LoadedSolution): Promise<string> {
  const planted = await textIn(folder, (path) => path !== 'scenario.yaml');
  return [planted, repair ? await textIn(repair.folder) : ''].join('\n');
}

/** What is in the files of a folder. */
async function textIn(folder: string, isWanted: (path: string) => boolean = () => true): Promise<string> {
  const paths = (await filesBelow(folder)).filter(isWanted);
  const texts = await Promise.all(paths.map((path) => readIfThere(join(folder, path))));
  return texts.join('\n');
}
