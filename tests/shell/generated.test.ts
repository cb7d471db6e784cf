import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DEBIAN_COMMANDS } from '../../src/embedded/programs/debian-commands.ts';
import { hasProgram } from '../support/has-program.ts';
import { scriptsFor } from './generated-script.ts';
import { runEmbedded } from './run-embedded.ts';
import { ENVIRONMENT, runOnMachine } from './run-on-machine.ts';

/** Scripts that nobody wrote: SEED and RUNS choose others, and more. */
const RUNS = Number(process.env['RUNS'] ?? 120);
const SEED = Number(process.env['SEED'] ?? 20_250_115);
const SHELLS = [
  { program: 'dash', name: 'sh' },
  { program: 'bash', name: 'bash' },
] as const;

const tally = { scripts: 0, refused: 0 };
afterAll(() => console.log(`shell: ${tally.scripts} generated scripts, ${tally.refused} refused`));

for (const shell of SHELLS) {
  test.skipIf(!hasProgram(shell.program, '-c', ':'))(
    `generated scripts do the same as in ${shell.program}`,
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(scriptsFor(shell.program), async (script) => {
          tally.scripts += 1;
          const { stdout, end } = await runEmbedded({
            argv: [shell.name, '-c', script],
            commands: DEBIAN_COMMANDS,
            env: { ...ENVIRONMENT },
            isFirstProcess: false,
          });
          if (end.kind === 'cannot-simulate') {
            tally.refused += 1;
            return;
          }
          const real = await runOnMachine(shell, script);
          expect({ stdout, code: end.code }).toEqual({ stdout: real.stdout, code: real.code });
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: false },
      );
    },
  );
}
