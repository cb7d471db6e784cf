import { renderMarkdown } from '../cli/markdown.ts';
import { isAgreed } from '../cli/prompts.ts';
import { UsageError } from '../errors.ts';
import { loadHints, type Hint } from '../scenarios/hints.ts';
import { loadScenario, type LoadedScenario } from '../scenarios/load.ts';
import { progressOf, readProgress, updateProgress } from '../session/progress.ts';
import type { CommandContext } from './context.ts';
import type { FittedHint } from './fit-hint.ts';
import { fitToCluster, type HintsForCluster } from './fit-to-cluster.ts';
import { requireSession } from './open-lab.ts';

export interface HintOptions {
  /** Takes the next hint without being asked. */
  isYes: boolean;
  /** Shows those again that were taken, as they fit the cluster now. */
  isAgain: boolean;
  isJson?: boolean;
}

/** What `lab hint --json` prints. */
export interface HintReport {
  apiVersion: 'lab/v1';
  kind: 'Hints';
  scenario: string;
  cluster: HintsForCluster['cluster'];
  /** Why a hint is only the one for everybody, where something kept the cluster from being judged. */
  problem?: string;
  hints: FittedHint[];
  /** How many more there are to take. */
  left: number;
}

/** `lab hint`: the next hint, after saying what it costs; what it says depends on what the cluster shows. */
export async function hint(given: CommandContext, { isYes, isAgain, isJson = false }: HintOptions): Promise<number> {
  const context = isJson ? forMachines(given) : given;
  const { io, paths, course } = context;
  const { scenario } = await requireSession(context);
  const loaded = await loadScenario(course, scenario.id);
  const hints = await loadHints(course, loaded);
  const tell = isJson ? tellMachines : tellPeople;
  const { hintsTaken } = progressOf(await readProgress(paths), scenario.id);
  const next = hints[hintsTaken];
  if (isAgain) return tell(context, loaded, await fitToCluster(context, loaded, hints.slice(0, hintsTaken)), hints.length - hintsTaken);
  if (!next) {
    if (isJson) return tellMachines(context, loaded, { hints: [], cluster: 'not-asked' }, 0);
    io.line(nothingLeft(hints.length));
    return 0;
  }
  const offer = `Hint ${next.number} of ${hints.length} costs ${next.cost} point${next.cost === 1 ? '' : 's'}.`;
  const agreed = await isAgreed(io, isYes, `${offer} Take it?`);
  if (agreed === 'nobody-to-ask')
    throw new UsageError(`${offer} Nobody is here to be asked`, { hint: 'Type `lab hint --yes` to take it.' });
  if (!agreed) return 0;
  if (isYes && !isJson) io.line(offer);
  const fitted = await fitToCluster(context, loaded, [next]);
  await context.alone(() => updateProgress(paths, scenario.id, (before) => taken(before, next)));
  return tell(context, loaded, fitted, hints.length - next.number);
}

/** Nobody is asked, and nothing moves, where the output is for a program. */
function forMachines(context: CommandContext): CommandContext {
  return { ...context, io: { ...context.io, isInteractive: false, isTerminal: false } };
}

function nothingLeft(count: number): string {
  if (count === 0) return 'This is a challenge, and challenges have no hints; `lab solution` carries out the repair.';
  return `You have all ${count} hints of this scenario; \`lab hint --again\` shows what they say to your cluster now, \`lab solution\` carries out the repair.`;
}

/** Two commands at the same time take, and pay for, the same hint once. */
function taken<T extends { hintsTaken: number; hintCost: number }>(before: T, { number, cost }: Hint): T {
  return before.hintsTaken >= number ? before : { ...before, hintsTaken: number, hintCost: before.hintCost + cost };
}

type Tell = (context: CommandContext, loaded: LoadedScenario, found: HintsForCluster, left: number) => Promise<number>;

const tellPeople: Tell = async ({ io }, { scenario }, { hints, cluster, problem }) => {
  if (scenario.spec.hints.length === 0) io.line(nothingLeft(0));
  else if (hints.length === 0) io.line('You have not taken a hint of this scenario.');
  if (problem !== undefined) {
    const what = cluster === 'unreachable' ? 'Your cluster could not be asked' : 'What your cluster shows could not be judged';
    io.note(`${what} (${problem.replace(/\.$/, '')}), so this is what fits everybody.`);
  }
  for (const { number, text, when } of hints) {
    io.line(`\n${io.paint(`Hint ${number}${when === null ? '' : ', for your cluster as it is now'}`, 'strong')}\n`);
    io.line(await renderMarkdown(text, io));
  }
  return 0;
};

const tellMachines: Tell = ({ io }, { id }, { hints, cluster, problem }, left) => {
  const report: HintReport = {
    apiVersion: 'lab/v1',
    kind: 'Hints',
    scenario: id,
    cluster,
    ...(problem !== undefined && { problem }),
    hints,
    left,
  };
  io.line(JSON.stringify(report, undefined, 2));
  return Promise.resolve(0);
};
