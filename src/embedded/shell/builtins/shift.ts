import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { parseCount } from './options.ts';

/** `shift [n]` */
export const shiftBuiltin: BuiltinFunction = function* (shell, argv) {
  const count = argv[1] === undefined ? 1 : parseCount(argv[1]);
  if (count > shell.positional.length) {
    if (shell.dialect === 'bash') return 1;
    throw new ShellError("can't shift that many");
  }
  shell.positional = shell.positional.slice(count);
  return 0;
};
