import type { BuiltinFunction } from '../interpreter/builtin.ts';

/** `times`: no processor time is counted, so none was used. */
export const timesBuiltin: BuiltinFunction = function* (shell) {
  const line = shell.dialect === 'bash' ? '0m0.000s 0m0.000s\n' : '0m0.000000s 0m0.000000s\n';
  yield* shell.process.write(1, line + line);
  return 0;
};
