import { choose, type Choice } from '../cli/prompts.ts';
import { readSession } from '../session/session.ts';
import type { CommandContext } from './context.ts';
import { describeProgress, listScenarios } from './list.ts';

/** The words of a command to run next; undefined to leave. */
type Next = readonly string[] | undefined;

/** `lab` on a terminal: what can be done now, to choose from. Answers the words of the chosen command, undefined for none. */
export async function menu(context: CommandContext): Promise<Next> {
  const session = await readSession(context.paths);
  const actions: Choice<Next>[] = [];
  if (session) {
    const { id, title } = session.scenario;
    const cluster = session.isPlanted ? await (await context.loadBackend(session.backend)).open(id) : undefined;
    cluster?.close();
    if (!cluster) actions.push({ name: `Go on with ${title}`, value: ['start', id] });
    else
      actions.push(
        { name: `Look at ${title}`, value: ['status'] },
        { name: 'See the rollout', value: ['rollout', 'get'] },
        { name: 'Apply the workspace', value: ['apply'] },
        { name: 'Check', value: ['check'] },
        { name: 'Take a hint', value: ['hint'] },
        { name: 'Start over', value: ['reset'] },
        { name: 'Stop the cluster', value: ['stop'] },
      );
  }
  const scenarios = await listScenarios(context);
  const others = scenarios.filter(({ isCurrent }) => !isCurrent);
  actions.push(
    ...others.map(({ id, title, level, minutes, progress }): Choice<Next> => ({
      name: `Start ${title}`,
      value: ['start', id],
      description: `${id}, ${level}, ${minutes} min, ${describeProgress(progress)}`,
    })),
    { name: 'Leave', value: undefined },
  );
  return choose('What next?', actions);
}
