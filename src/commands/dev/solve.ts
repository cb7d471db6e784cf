import { SessionError, UsageError } from '../../errors.ts';
import type { Course } from '../../scenarios/course.ts';
import { loadScenario, type LoadedScenario } from '../../scenarios/load.ts';
import { carryOutRepair, commandFor } from '../../scenarios/repair.ts';
import { loadReferenceRepair, loadRightRepair, loadWrongRepair, type LoadedSolution } from '../../scenarios/solutions.ts';
import type { CommandContext } from '../context.ts';
import { gitWorkspaceOf } from '../git-workspace.ts';
import { withLab } from '../open-lab.ts';
import { knownScenarioId } from '../scenario-ids.ts';
import { takeOverFiles } from '../take-over-files.ts';

/** Which repair to carry out instead of the reference repair; at most one. */
export interface SolveOptions {
  right?: string;
  wrong?: string;
}

/** `lab dev solve`: carries the reference repair, another right one, or a wrong one, out on the running lab, printing each step as a learner would type it. */
export async function devSolve(context: CommandContext, wish: string, options: SolveOptions): Promise<number> {
  const { io, course } = context;
  const loaded = await loadScenario(course, await knownScenarioId(course, wish));
  const repair = await chosenRepair(course, loaded, options);
  return context.alone(() =>
    withLab(context, async ({ session, cluster }) => {
      const { id } = session.scenario;
      if (id !== loaded.id) throw new SessionError(`${id} runs, not ${loaded.id}`, { hint: `Type \`lab start ${loaded.id}\` first.` });
      for (const step of repair.solution.spec.steps) {
        io.line(`$ ${commandFor(step, repair.shownFolder)}`);
        if ('apply' in step) await takeOverFiles(context, loaded.id, repair, step);
        await carryOutRepair(loaded, repair, cluster.session, [step], await gitWorkspaceOf(context, loaded));
      }
      return 0;
    }),
  );
}

async function chosenRepair(course: Course, loaded: LoadedScenario, { right, wrong }: SolveOptions): Promise<LoadedSolution> {
  if (right !== undefined && wrong !== undefined) throw new UsageError('--right and --wrong cannot go together');
  if (right !== undefined) return loadRightRepair(course, loaded, right);
  return wrong === undefined ? loadReferenceRepair(course, loaded) : loadWrongRepair(course, loaded, wrong);
}
