import { renderMarkdown } from '../cli/markdown.ts';
import { isAgreed } from '../cli/prompts.ts';
import { UsageError } from '../errors.ts';
import { loadHints, type Hint } from '../scenarios/hints.ts';
import { loadScenario } from '../scenarios/load.ts';
import { progressOf, readProgress, updateProgress } from '../session/progress.ts';
import type { CommandContext } from './context.ts';
import { requireSession } from './open-lab.ts';

export interface HintOptions {
  /** Takes the next hint without being asked. */
  isYes: boolean;
  /** Shows those again that were taken. */
  isAgain: boolean;
}

/** `lab hint`: the next hint, after saying what it costs. */
export async function hint(context: CommandContext, { isYes, isAgain }: HintOptions): Promise<number> {
  const { io, paths, course } = context;
  const { scenario } = await requireSession(context);
  const hints = await loadHints(course, await loadScenario(course, scenario.id));
  if (hints.length === 0) {
    io.line('This is a challenge, and challenges have no hints; `lab solution` carries out the repair.');
    return 0;
  }
  const { hintsTaken } = progressOf(await readProgress(paths), scenario.id);
  if (isAgain) return showTaken(context, hints.slice(0, hintsTaken));
  const next = hints[hintsTaken];
  if (!next) {
    io.line(
      `You have all ${hints.length} hints of this scenario; \`lab hint --again\` shows them, \`lab solution\` carries out the repair.`,
    );
    return 0;
  }
  const offer = `Hint ${next.number} of ${hints.length} costs ${next.cost} point${next.cost === 1 ? '' : 's'}.`;
  const agreed = await isAgreed(io, isYes, `${offer} Take it?`);
  if (agreed === 'nobody-to-ask')
    throw new UsageError(`${offer} Nobody is here to be asked`, { hint: 'Type `lab hint --yes` to take it.' });
  if (!agreed) return 0;
  await context.alone(() => updateProgress(paths, scenario.id, (before) => taken(before, next)));
  if (isYes) io.line(offer);
  await show(context, next);
  return 0;
}

/** Two commands at the same time take, and pay for, the same hint once. */
function taken<T extends { hintsTaken: number; hintCost: number }>(before: T, { number, cost }: Hint): T {
  return before.hintsTaken >= number ? before : { ...before, hintsTaken: number, hintCost: before.hintCost + cost };
}

async function showTaken(context: CommandContext, hints: readonly Hint[]): Promise<number> {
  if (hints.length === 0) context.io.line('You have not taken a hint of this scenario.');
  for (const each of hints) await show(context, each);
  return 0;
}

async function show({ io }: CommandContext, { number, text }: Hint): Promise<void> {
  io.line(`\n${io.paint(`Hint ${number}`, 'strong')}\n`);
  io.line(await renderMarkdown(text, io));
}
