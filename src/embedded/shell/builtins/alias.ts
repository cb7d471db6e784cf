import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { writeError } from '../interpreter/report.ts';
import { singleQuote } from './options.ts';

/** `alias [name[=value]…]` */
export const aliasBuiltin: BuiltinFunction = function* (shell, argv) {
  const operands = argv.slice(1);
  const show = (name: string): string =>
    `${shell.dialect === 'bash' ? 'alias ' : ''}${name}=${singleQuote(shell.aliases.get(name)!, shell.dialect)}\n`;
  if (operands.length === 0) yield* shell.process.write(1, [...shell.aliases.keys()].map(show).join(''));
  let status = 0;
  for (const operand of operands) {
    const equals = operand.indexOf('=', 1);
    if (equals > 0) shell.aliases.set(operand.slice(0, equals), operand.slice(equals + 1));
    else if (shell.aliases.has(operand)) yield* shell.process.write(1, show(operand));
    else {
      yield* writeError(shell.process, `alias: ${operand} not found\n`);
      status = 1;
    }
  }
  return status;
};

/** `unalias [-a] name…` */
export const unaliasBuiltin: BuiltinFunction = function* (shell, argv) {
  if (argv[1] === '-a') {
    shell.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of argv.slice(1)) {
    if (shell.aliases.delete(name)) continue;
    yield* writeError(shell.process, `unalias: ${name} not found\n`);
    status = 1;
  }
  return status;
};
