import { SessionError } from '../../errors.ts';
import { loadScenario } from '../../scenarios/load.ts';
import { carryOutRepair, commandFor } from '../../scenarios/repair.ts';
import { loadReferenceRepair, loadWrongRepair } from '../../scenarios/solutions.ts';
import type { CommandContext } from '../context.ts';
import { withLab } from '../open-lab.ts';
import { knownScenarioId } from '../scenario-ids.ts';
import { takeOverFiles } from '../take-over-files.ts';

/** `lab dev solve`: carries the reference repair, or a wrong one, out on the running lab, printing each step as a learner would type it. */
export async function devSolve(context: CommandContext, wish: string, { wrong }: { wrong?: string }): Promise<number> {
  const { io, course } = context;
  const loaded = await loadScenario(course, await knownScenarioId(course, wish));
  const repair = wrong === undefined ? await loadReferenceRepair(course, loaded) : await loadWrongRepair(course, loaded, wrong);
  return context.alone(() =>
    withLab(context, async ({ session, cluster }) => {
      const { id } = session.scenario;
      if (id !== loaded.id) throw new SessionError(`${id} runs, not ${loaded.id}`, { hint: `Type \`lab start ${loaded.id}\` first.` });
      for (const step of repair.solution.spec.steps) {
        io.line(`$ ${commandFor(step, repair.shownFolder)}`);
        if ('apply' in step) await takeOverFiles(context, loaded.id, repair, step);
        await carryOutRepair(loaded, repair, cluster.session, [step]);
      }
      return 0;
    }),
  );
}
