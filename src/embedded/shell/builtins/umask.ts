import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { parseMode } from '../text/file-mode.ts';
import { parseBuiltinOptions } from './options.ts';

/** `umask [-S] [mode]` */
export const umaskBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, 'S');
  const mode = operands[0];
  if (mode === undefined) {
    yield* shell.process.write(1, `${given.has('S') ? symbolic(shell.process.umask) : shell.process.umask.toString(8).padStart(4, '0')}\n`);
    return 0;
  }
  if (/^\d/.test(mode)) {
    if (!/^[0-7]{1,4}$/.test(mode)) throw new ShellError(`Illegal number: ${mode}`);
    shell.process.umask = parseInt(mode, 8) & 0o777;
    return 0;
  }
  const allowed = parseMode(mode, ~shell.process.umask & 0o777, { umask: 0, isDirectory: false });
  if (allowed === undefined) throw new ShellError(`Illegal mode: ${mode}`);
  shell.process.umask = ~allowed & 0o777;
  return 0;
};

function symbolic(umask: number): string {
  const letters = (bits: number): string => ['r', 'w', 'x'].filter((_letter, index) => (bits & (4 >> index)) !== 0).join('');
  const allowed = ~umask & 0o777;
  return `u=${letters(allowed >> 6)},g=${letters((allowed >> 3) & 7)},o=${letters(allowed & 7)}`;
}
