import type { BuiltinFunction } from '../interpreter/builtin.ts';

/** `eval word…`: runs the words, joined by spaces, as a script. */
export const evalBuiltin: BuiltinFunction = function* (shell, argv, how) {
  const words = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  return yield* shell.engine.runText(shell, words.join(' '), { isTested: how.isTested, isLast: false });
};
