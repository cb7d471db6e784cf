import { afterAll, describe, expect, test } from 'vitest';
import { DEBIAN_COMMANDS } from '../../src/embedded/programs/debian-commands.ts';
import { hasProgram } from '../support/has-program.ts';
import { isReferenceMachine } from './reference-machine.ts';
import { runEmbedded } from './run-embedded.ts';
import { ENVIRONMENT, runOnMachine } from './run-on-machine.ts';
import type { Outcome } from './run-on-machine.ts';
import { readScripts } from './script-file.ts';
import type { ShellScript } from './script-file.ts';

/** Every script in `scripts/` does in the sandbox what it does in the machine's shell, or is refused where that is expected. */

const scripts = readScripts();
const isReference = isReferenceMachine();
const PROGRAM_THEMES = /^(?:awk|coreutils|grep|sed): /;
const canCompare = { sh: hasProgram('dash', '-c', ':') && hasProgram('mawk', 'BEGIN {}'), bash: hasProgram('bash', '-c', ':') };
const tally = { scripts: 0, divergent: 0, refused: 0 };
afterAll(() => console.log(`shell: ${tally.scripts} scripts, ${tally.divergent} divergent, ${tally.refused} refused`));

describe.concurrent('a script does the same as in a real shell', { timeout: 60_000 }, () => {
  for (const script of scripts) {
    test.skipIf(!canCompare[script.shell] || (!isReference && PROGRAM_THEMES.test(script.name)))(script.name, async () => {
      tally.scripts += 1;
      const embedded = await inSandbox(script);
      if (embedded === 'refused') {
        tally.refused += 1;
        expect(script.isRefused, 'refused without being expected to').toBe(true);
        return;
      }
      tally.divergent += 1;
      expect(script.isRefused, 'expected to be refused').toBe(false);
      expect(embedded).toEqual(await onMachine(script));
      tally.divergent -= 1;
    });
  }
});

async function onMachine({ shell, text, ignoresStderr }: ShellScript): Promise<Outcome> {
  const outcome = await runOnMachine({ program: shell === 'sh' ? 'dash' : 'bash', name: shell }, text);
  return ignoresStderr || !isReference ? { ...outcome, stderr: '' } : outcome;
}

async function inSandbox({ shell, text, ignoresStderr }: ShellScript): Promise<Outcome | 'refused'> {
  const { stdout, stderr, end } = await runEmbedded({
    argv: [shell, '-c', text],
    commands: DEBIAN_COMMANDS,
    env: { ...ENVIRONMENT },
    isFirstProcess: false,
  });
  if (end.kind === 'cannot-simulate') return process.env['SHOW_REFUSALS'] ? { stdout, stderr: end.message, code: -1 } : 'refused';
  return { stdout, stderr: ignoresStderr || !isReference ? '' : stderr, code: end.code };
}
