import type { Command } from 'commander';
import type { Run } from './run.ts';

/** Commands for those who write scenarios; the first help screen does not show them. */
export function addDevCommands(program: Command, run: Run): void {
  const dev = program.command('dev', { hidden: true }).description('for those who write scenarios');
  dev
    .command('new')
    .argument('<scenario>', 'id of the new scenario, in kebab-case')
    .description('make the files of a new scenario: one that works, with what is left to do')
    .addHelpText('after', '\nExample:\n  lab dev new scenario-16')
    .action((id: string) => run(async (context) => (await import('../commands/dev/new.ts')).devNew(context, id)));
  dev
    .command('check')
    .argument('[scenario...]', 'ids such as scenario-1; all if left out')
    .description('try out whether scenarios are as they say: exit code 0 all are, 1 something is not')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', '\nExamples:\n  lab dev check\n  lab dev check scenario-1')
    .action((ids: string[], { json }: { json?: true }) =>
      run(async (context) => (await import('../commands/dev/check.ts')).devCheck(context, ids, { isJson: json ?? false })),
    );
  dev
    .command('solve')
    .argument('<scenario>', 'id of the scenario that runs')
    .description('carry out the reference repair, or another one, on the running lab')
    .option('--right <name>', 'the other right repair of that name')
    .option('--wrong <name>', 'the wrong repair of that name')
    .addHelpText('after', '\nExamples:\n  lab dev solve scenario-1\n  lab dev solve scenario-1 --wrong fail-open')
    .action((id: string, options: { right?: string; wrong?: string }) =>
      run(async (context) => (await import('../commands/dev/solve.ts')).devSolve(context, id, options)),
    );
}
