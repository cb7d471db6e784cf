import type { Bytes } from '../kernel/bytes.ts';
import type { Task } from '../kernel/task.ts';
import type { Circumstances, Shell } from './shell.ts';

/** A command that the shell carries out itself: gets its arguments (the name first) and answers a status. */
export type BuiltinFunction = (shell: Shell, argv: readonly Bytes[], how: Circumstances) => Task<number>;

export interface Builtin {
  run: BuiltinFunction;
  /** Special built-ins keep assignments in front of them, come before functions, and end the shell when they fail. */
  isSpecial: boolean;
}
