import { makeSkeleton } from '../../scenarios/skeleton.ts';
import type { CommandContext } from '../context.ts';

/** `lab dev new`: the files of a new scenario, which works and has a place for everything that its author has to say. */
export async function devNew({ io, course, installFolder }: CommandContext, id: string): Promise<number> {
  const paths = await makeSkeleton(course, id, installFolder);
  for (const path of paths) io.line(path);
  io.line(
    `\n${io.paint('✔', 'good')} ${id} works already. \`lab dev check ${id}\` names what is to do; docs/authoring.md is the way through it.`,
  );
  return 0;
}
