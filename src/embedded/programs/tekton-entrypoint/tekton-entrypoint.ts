import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import type { Process, Program } from '../../shell/kernel/process.ts';
import { SystemError } from '../../shell/kernel/system-error.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { readEntrypointFlags } from './flags.ts';
import { prepareBin, decodeScript } from './subcommands.ts';
import { StepRun } from './step-run.ts';

/**
 * The program that Tekton puts before the command of every step: lets it wait for the step before, runs it, says how it went, and collects
 * results. Models cmd/entrypoint and pkg/entrypoint.
 */
export const tektonEntrypoint: Program = function* (process) {
  const words = process.argv.slice(1).map(fromBytes);
  try {
    const [subcommand] = words;
    if (subcommand === 'init') return prepareBin(process, words.slice(1));
    if (subcommand === 'decode-script') return decodeScript(process, words[1] ?? '');
    return yield* new StepRun(process, readEntrypointFlags(words)).run();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* fail(process, error.message);
  }
};

function* fail(process: Process, message: string): Task<number> {
  yield* process.write(2, toBytes(`${message}\n`));
  return 1;
}
