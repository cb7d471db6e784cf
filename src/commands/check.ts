import { gradeScenario, type CheckSpec, type Report } from '../../grader/index.ts';
import type { CheckResult } from '../../grader/index.ts';
import { showResult, showScore } from '../cli/show-report.ts';
import { toJunit } from '../cli/junit.ts';
import { UsageError } from '../errors.ts';
import { loadScenario } from '../scenarios/load.ts';
import { progressOf, readProgress, updateProgress, type ScenarioProgress } from '../session/progress.ts';
import type { CommandContext } from './context.ts';
import { withLab, type RunningLab } from './open-lab.ts';
import { unknownName } from './scenario-ids.ts';

export interface CheckOptions {
  isJson: boolean;
  isJunit: boolean;
  /** Ids of the checks to make; all when there are none. */
  only: readonly string[];
}

const EXIT_CODES: Record<Report['result'], number> = { passed: 0, failed: 1, error: 7 };

/** `lab check`: grades the cluster. 0: all passed; 1: something failed; 7: something could not be judged. */
export async function check(context: CommandContext, options: CheckOptions): Promise<number> {
  if (options.isJson && options.isJunit) throw new UsageError('--json and --junit cannot go together');
  return withLab(context, async (lab) => {
    const { io } = context;
    const isForPeople = !options.isJson && !options.isJunit;
    const checks = await chosenChecks(context, lab, options.only);
    if (isForPeople) io.line(`${io.paint(lab.session.scenario.title, 'strong')} (${lab.session.scenario.id}, ${lab.session.backend})\n`);
    const report = await grade(context, lab, checks, (result) => {
      if (isForPeople) showResult(io, result);
    });
    const progress = await remember(context, report, options.only.length === 0);
    if (options.isJson) io.line(JSON.stringify(report, undefined, 2));
    else if (options.isJunit) io.line(toJunit(report));
    else showScore(io, report, progress.hintCost);
    return EXIT_CODES[report.result];
  });
}

async function chosenChecks({ course }: CommandContext, { session }: RunningLab, only: readonly string[]): Promise<CheckSpec[]> {
  const { checks } = (await loadScenario(course, session.scenario.id)).scenario.spec;
  const ids = checks.map(({ id }) => id);
  for (const id of only) if (!ids.includes(id)) throw unknownName('check', id, ids, `There are: ${ids.join(', ')}.`);
  return checks.filter(({ id }) => only.length === 0 || only.includes(id));
}

async function grade(
  { io }: CommandContext,
  { session, cluster }: RunningLab,
  checks: CheckSpec[],
  onResult: (result: CheckResult) => void,
): Promise<Report> {
  const drills = await cluster.drills();
  try {
    return await gradeScenario({
      scenario: session.scenario.id,
      backend: session.backend,
      checks,
      reader: cluster.reader,
      journal: cluster.journal,
      drills,
      now: () => io.now(),
      sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
      onProgress: (_check, result) => {
        if (result) onResult(result);
      },
    });
  } finally {
    await drills.close();
  }
}

/** Only a check of everything counts as an attempt. */
async function remember(context: CommandContext, report: Report, isComplete: boolean): Promise<ScenarioProgress> {
  const { paths } = context;
  if (!isComplete) return progressOf(await readProgress(paths), report.scenario);
  return context.alone(() =>
    updateProgress(paths, report.scenario, (before) => {
      const isBetter = !before.best || report.score.earned > before.best.earned;
      return {
        ...before,
        ...(isBetter && { best: { ...report.score, at: report.finishedAt } }),
        ...(report.result === 'passed' && before.passedAt === undefined && { passedAt: report.finishedAt }),
      };
    }),
  );
}
