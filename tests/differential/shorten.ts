import type { Program } from './program.ts';

/** The shortest program that still `differs` and comes of this one by leaving out steps, one after the other. */
export async function shorten(program: Program, differs: (shorter: Program) => Promise<boolean>): Promise<Program> {
  for (let index = program.steps.length - 1; index >= 0; index -= 1) {
    const shorter = { ...program, steps: program.steps.toSpliced(index, 1) };
    if (shorter.steps.length > 0 && (await differs(shorter))) return shorten(shorter, differs);
  }
  return program;
}
