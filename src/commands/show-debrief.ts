import { renderMarkdown } from '../cli/markdown.ts';
import { shownLabFolder } from '../scenarios/course.ts';
import { loadDebrief } from '../scenarios/debrief.ts';
import { updateProgress } from '../session/progress.ts';
import type { CommandContext } from './context.ts';

/** Shows what there is to take away from a lab, where its author wrote that down, and remembers that it was shown. */
export async function showDebrief(context: CommandContext, id: string): Promise<void> {
  const { io, paths, course } = context;
  const debrief = await loadDebrief(course, id);
  if (debrief === undefined) return;
  io.line(`\n${await renderMarkdown(debrief, io)}\n`);
  io.line(io.paint(`To read this again: ${shownLabFolder(id)}/debrief.md`, 'faint'));
  await context.alone(() => updateProgress(paths, id, (before) => ({ ...before, isDebriefShown: true })));
}
