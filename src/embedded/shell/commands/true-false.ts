import type { Program } from '../kernel/process.ts';

/** `true`: succeeds. */
export const trueProgram: Program = function* () {
  return 0;
};

/** `false`: fails. */
export const falseProgram: Program = function* () {
  return 1;
};
