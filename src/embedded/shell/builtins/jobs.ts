import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { parseBuiltinOptions } from './options.ts';

/** `jobs -p`: the process ids of background commands; the long list is not modelled where there is something to list. */
export const jobsBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given } = parseBuiltinOptions(argv, 'lp');
  const jobs = shell.dialect === 'bash' ? shell.jobs.listed() : shell.jobs.all();
  const running = jobs.filter((job) => !job.status && !job.process.status);
  if (running.length === 0) return 0;
  if (!given.has('p')) throw new CannotSimulate('jobs without -p is not modelled');
  yield* shell.process.write(1, running.map((job) => `${job.process.pid}\n`).join(''));
  return 0;
};

/** `fg` and `bg` need job control, which a script does not have. */
export const jobControlBuiltin: BuiltinFunction = function* (shell, argv) {
  if (shell.dialect === 'bash') throw new ShellError('no job control', 1);
  throw new ShellError(
    argv[1] === undefined && shell.jobs.all().length === 0 ? 'No current job' : `job ${argv[1] ?? '(null)'} not created under job control`,
  );
};
