import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LoadedSolution } from '../scenarios/solutions.ts';
import { overwriteFiles } from '../session/workspace.ts';
import type { CommandContext } from './context.ts';
import { shownPath } from './shown-path.ts';

/** The files of a repair become the learner's own, so that the next `lab apply` does not undo them. What they replace is kept aside. */
export async function takeOverFiles(
  { io, paths }: CommandContext,
  scenario: string,
  { folder }: LoadedSolution,
  { apply }: { apply: readonly string[] },
): Promise<void> {
  const files = await Promise.all(apply.map(async (name) => ({ name: basename(name), text: await readFile(join(folder, name), 'utf8') })));
  const backup = await overwriteFiles(paths, scenario, files, io.now());
  if (backup !== undefined)
    io.line(io.paint(`  Your own version of what changes in the workspace is in ${shownPath(backup, io.cwd)}/`, 'faint'));
}
