import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { writeError } from '../interpreter/report.ts';
import { ShellError, ShellExit } from '../interpreter/shell-error.ts';
import { parseCount } from './options.ts';

/** `break [n]` and `continue [n]`; outside a loop they do nothing. */
export function leaveLoops(kind: 'break' | 'continue'): BuiltinFunction {
  return function* (shell, argv) {
    const levels = argv[1] === undefined ? 1 : parseCount(argv[1]);
    if (levels === 0) throw new ShellError(`Illegal number: ${argv[1]}`);
    if (shell.loopDepth === 0 && shell.dialect === 'bash')
      yield* writeError(shell.process, shell.complaint(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`));
    if (shell.loopDepth > 0) shell.jump = { kind, levels: Math.min(levels, shell.loopDepth) };
    return 0;
  };
}

/** `return [n]`: ends a function, a script read by `.`, or else the shell. */
export const returnBuiltin: BuiltinFunction = function* (shell, argv) {
  const status = argv[1] === undefined ? shell.lastStatus : parseCount(argv[1]);
  if (shell.dialect === 'bash' && shell.functionDepth === 0 && shell.dotDepth === 0) {
    throw new ShellError("can only `return' from a function or sourced script", 2);
  }
  shell.jump = { kind: 'return' };
  return shell.dialect === 'bash' ? status & 255 : status;
};

/** `exit [n]` */
export const exitBuiltin: BuiltinFunction = function* (shell, argv) {
  throw new ShellExit(argv[1] === undefined ? shell.lastStatus : parseCount(argv[1]) & 255);
};
