import type { CommandContext } from '../commands/context.ts';

/** Runs a command's work, which gets the context and answers the exit code. */
export type Run = (work: (context: CommandContext) => Promise<number>) => Promise<void>;
