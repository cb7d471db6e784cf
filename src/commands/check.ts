import { gradeScenario, type CheckSpec, type Report } from '../../grader/index.ts';
import type { CheckResult, DrillPlan } from '../../grader/index.ts';
import type { OpenDrills } from '../backends/backend.ts';
import { progressOn } from '../cli/steps.ts';
import { showResult, showScore } from '../cli/show-report.ts';
import { toJunit } from '../cli/junit.ts';
import { UsageError } from '../errors.ts';
import { loadScenario } from '../scenarios/load.ts';
import { progressOf, readProgress, updateProgress, type ScenarioProgress } from '../session/progress.ts';
import type { CommandContext } from './context.ts';
import { withLab, type RunningLab } from './open-lab.ts';
import { unknownName } from './scenario-ids.ts';
import { showDebrief } from './show-debrief.ts';

export interface CheckOptions {
  isJson: boolean;
  isJunit: boolean;
  /** Ids of the checks to make; all when there are none. */
  only: readonly string[];
  /** Whether drills are carried out on the learner's own cluster. */
  isLive?: boolean;
}

const EXIT_CODES: Record<Report['result'], number> = { passed: 0, failed: 1, error: 7 };

/** `lab check`: grades the cluster. 0: all passed; 1: something failed; 7: something could not be judged. */
export async function check(context: CommandContext, options: CheckOptions): Promise<number> {
  // Why: nobody else may change a cluster on which drills are carried out.
  return options.isLive ? context.alone(() => checkLab(context, options)) : checkLab(context, options);
}

async function checkLab(context: CommandContext, options: CheckOptions): Promise<number> {
  if (options.isJson && options.isJunit) throw new UsageError('--json and --junit cannot go together');
  return withLab(context, async (lab) => {
    const { io } = context;
    const isForPeople = !options.isJson && !options.isJunit;
    const checks = await chosenChecks(context, lab, options.only);
    if (isForPeople) io.line(`${io.paint(lab.session.scenario.title, 'strong')} (${lab.session.scenario.id}, ${lab.session.backend})\n`);
    const drills = options.isLive ? await liveDrills(context, lab, checks, isForPeople) : await lab.cluster.drills();
    const report = await grade(context, lab, { checks, drills }, (result) => {
      if (isForPeople) showResult(io, result);
    });
    const progress = await remember(context, report, options.only.length === 0);
    if (options.isJson) io.line(JSON.stringify(report, undefined, 2));
    else if (options.isJunit) io.line(toJunit(report));
    else {
      showScore(io, report, progress.hintCost);
      if (isFirstSuccess(options, report, progress)) await showDebrief(context, report.scenario);
    }
    return EXIT_CODES[report.result];
  });
}

/** Whether a complete check passed, and nobody was told yet what there is to take away. */
function isFirstSuccess({ only }: CheckOptions, { result }: Report, { isDebriefShown }: ScenarioProgress): boolean {
  return only.length === 0 && result === 'passed' && !isDebriefShown;
}

async function chosenChecks({ course }: CommandContext, { session }: RunningLab, only: readonly string[]): Promise<CheckSpec[]> {
  const { checks } = (await loadScenario(course, session.scenario.id)).scenario.spec;
  const ids = checks.map(({ id }) => id);
  for (const id of only) if (!ids.includes(id)) throw unknownName('check', id, ids, `There are: ${ids.join(', ')}.`);
  return checks.filter(({ id }) => only.length === 0 || only.includes(id));
}

/** Drills on the learner's own cluster, after saying how long that takes. */
async function liveDrills(
  { io }: CommandContext,
  { session, cluster }: RunningLab,
  checks: readonly CheckSpec[],
  isForPeople: boolean,
): Promise<OpenDrills> {
  if (!cluster.liveDrills)
    throw new UsageError(`--live is not for the backend "${session.backend}", whose time is not that of a clock on the wall`, {
      hint: 'Leave it out: drills on a copy judge the same.',
    });
  const drills = await cluster.liveDrills(progressOn({ ...io, isTerminal: io.isTerminal && isForPeople }));
  const plans = new Map(checks.flatMap(({ drill }) => (drill ? plansOf(drill) : [])).map((plan) => [JSON.stringify(plan), plan]));
  const totalMs = [...plans.values()].reduce((sum, plan) => sum + drills.estimateMs(plan), 0);
  io.note(
    `${plans.size} drills on your own cluster, about ${Math.ceil(totalMs / 60_000)} minutes. It is put back after each; leave it alone meanwhile.`,
  );
  return drills;
}

/** What a check's drills will do. */
function plansOf({ production, steps, variants }: NonNullable<CheckSpec['drill']>): DrillPlan[] {
  const service = { namespace: production.namespace, name: production.service };
  return (variants ?? [{ faults: [] }]).map(({ faults }) => ({ production: service, faults, steps }));
}

async function grade(
  { io }: CommandContext,
  { session, cluster }: RunningLab,
  { checks, drills }: { checks: CheckSpec[]; drills: OpenDrills },
  onResult: (result: CheckResult) => void,
): Promise<Report> {
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
