import { confirm, isAgreed } from '../cli/prompts.ts';
import { wrap } from '../cli/wrap.ts';
import { UsageError } from '../errors.ts';
import { loadScenario, type LoadedScenario } from '../scenarios/load.ts';
import { carryOutRepair, commandFor } from '../scenarios/repair.ts';
import { loadReferenceRepair, type LoadedSolution } from '../scenarios/solutions.ts';
import { updateProgress } from '../session/progress.ts';
import type { CommandContext } from './context.ts';
import { withLab, type RunningLab } from './open-lab.ts';
import { showDebrief } from './show-debrief.ts';
import { takeOverFiles } from './take-over-files.ts';

/** `lab solution`: the reference repair, step by step, after a confirmation. */
export async function solution(context: CommandContext, { isYes }: { isYes: boolean }): Promise<number> {
  const { io, paths, course } = context;
  return withLab(context, async (lab) => {
    const loaded = await loadScenario(course, lab.session.scenario.id);
    const repair = await loadReferenceRepair(course, loaded);
    const question = 'This carries out the reference repair on your cluster and shows how. Go ahead?';
    const agreed = await isAgreed(io, isYes, question);
    if (agreed === 'nobody-to-ask')
      throw new UsageError('nobody is here to be asked whether to show the solution', { hint: 'Type `lab solution --yes`.' });
    if (!agreed) return 0;
    return context.alone(async () => {
      await updateProgress(paths, loaded.id, (before) => ({ ...before, isSolutionShown: true }));
      io.line(`\n${io.paint(repair.solution.metadata.title, 'strong')}\n${wrap(repair.solution.spec.idea, io.columns)}\n`);
      const isDone = await carryOutSteps(context, lab, { loaded, repair, isAsking: io.isInteractive && !isYes });
      if (isDone) {
        io.line(`\n${io.paint('✔', 'good')} Done. \`lab check\` shows what it is worth; solutions/${loaded.id}/README.md explains it.`);
        await showDebrief(context, loaded.id);
      }
      return 0;
    });
  });
}

/** Carries the steps out one by one; false when somebody had enough on the way. */
async function carryOutSteps(
  context: CommandContext,
  { cluster }: RunningLab,
  { loaded, repair, isAsking }: { loaded: LoadedScenario; repair: LoadedSolution; isAsking: boolean },
): Promise<boolean> {
  const { io } = context;
  const { steps } = repair.solution.spec;
  for (const [index, step] of steps.entries()) {
    if (step.why !== undefined) io.line(`\n${wrap(step.why, io.columns)}`);
    io.line(io.paint(`$ ${commandFor(step, repair.shownFolder)}`, 'busy'));
    if (isAsking && !(await confirm(`Step ${index + 1} of ${steps.length}. Carry it out?`, true))) return false;
    if ('apply' in step) await takeOverFiles(context, loaded.id, repair, step);
    await carryOutRepair(loaded, repair, cluster.session, [step]);
  }
  return true;
}
