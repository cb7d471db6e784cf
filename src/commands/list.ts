import { formatTable } from '../cli/table.ts';
import { isChallenge, listScenarioIds } from '../scenarios/course.ts';
import { loadScenario } from '../scenarios/load.ts';
import { progressOf, readProgress, type ScenarioProgress } from '../session/progress.ts';
import { readSession } from '../session/session.ts';
import type { CommandContext } from './context.ts';

/** One scenario, as `lab list --json` prints it. */
export interface ListedScenario {
  id: string;
  title: string;
  level: string;
  minutes: number;
  topics: string[];
  backends: string[];
  /** Whether it is one of those that have no hints. */
  isChallenge: boolean;
  isCurrent: boolean;
  progress: ScenarioProgress;
}

/** Every scenario of the course with what the learner has done of it. */
export async function listScenarios({ course, paths }: Pick<CommandContext, 'course' | 'paths'>): Promise<ListedScenario[]> {
  const [ids, progress, session] = await Promise.all([listScenarioIds(course), readProgress(paths), readSession(paths)]);
  return Promise.all(
    ids.map(async (id) => {
      const { metadata, spec } = (await loadScenario(course, id)).scenario;
      const { level, minutes, topics, backends } = spec;
      return {
        id,
        title: metadata.title,
        level,
        minutes,
        topics,
        backends,
        isChallenge: isChallenge(id),
        isCurrent: session?.scenario.id === id,
        progress: progressOf(progress, id),
      };
    }),
  );
}

/** `lab list`. */
export async function list(context: CommandContext, { isJson }: { isJson: boolean }): Promise<number> {
  const { io } = context;
  const scenarios = await listScenarios(context);
  if (isJson) {
    io.line(JSON.stringify(scenarios, undefined, 2));
    return 0;
  }
  const [lessons, challenges] = [false, true].map((wanted) => scenarios.filter((each) => each.isChallenge === wanted));
  tell(context, 'SCENARIO', lessons!);
  if (challenges!.length > 0) {
    io.line('');
    tell(context, 'CHALLENGE', challenges!);
  }
  return 0;
}

function tell({ io }: CommandContext, heading: string, scenarios: readonly ListedScenario[]): void {
  const rows = scenarios.map(({ id, title, level, minutes, isCurrent, progress }) => [
    isCurrent ? '▸' : ' ',
    id,
    title,
    level,
    `${minutes} min`,
    describeProgress(progress),
  ]);
  const header = ['', heading, 'TITLE', 'LEVEL', 'TIME', 'PROGRESS'];
  for (const line of formatTable([header, ...rows], (text, row) => io.paint(text, row === 0 ? 'faint' : undefined))) io.line(line);
}

/** Such as `85 of 100 points, 2 hints`. */
export function describeProgress({ best, hintsTaken, isSolutionShown }: ScenarioProgress): string {
  const parts = [
    best ? `${best.earned} of ${best.possible} points` : '',
    hintsTaken > 0 ? `${hintsTaken} hint${hintsTaken === 1 ? '' : 's'}` : '',
    isSolutionShown ? 'solution seen' : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || '–';
}
