import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { RolloutAction } from '../kube/rollout-actions.ts';
import type { Run } from './run.ts';

interface TargetFlags {
  namespace?: string;
}

const NAME_HELP = "name of the Rollout; the scenario's if left out";

const ACTIONS: { verb: RolloutAction; description: string }[] = [
  { verb: 'abort', description: 'stop the update; the earlier release stays or comes back' },
  { verb: 'retry', description: 'go on with an update that was aborted' },
  { verb: 'pause', description: 'hold the rollout until it is promoted' },
];

/** `lab rollout …`: what `kubectl argo rollouts` does, for those without it. */
export function addRolloutCommands(program: Command, run: Run): void {
  const rollout = program
    .command('rollout')
    .description('look at the rollout and steer it, as `kubectl argo rollouts` does')
    .addHelpText('after', '\nExamples:\n  lab rollout get --watch\n  lab rollout promote\n  lab rollout undo --to-revision 2');
  addLooking(rollout, run);
  addPromote(rollout, run);
  for (const { verb, description } of ACTIONS) {
    target(rollout.command(verb), description).action((words: string[], flags: TargetFlags) =>
      run(async (context) => (await import('../commands/rollout/act.ts')).act(context, verb, { ...flags, ...named(words) })),
    );
  }
  target(rollout.command('undo'), 'go back to the revision before, or to another one')
    .option('--to-revision <number>', 'revision to go back to')
    .action((words: string[], flags: TargetFlags & { toRevision?: string }) =>
      run(async (context) => (await import('../commands/rollout/act.ts')).act(context, 'undo', { ...flags, ...named(words) })),
    );
  target(rollout.command('restart'), 'replace the pods, one after the other')
    .option('-i, --in <time>', 'how long from now, such as 5m')
    .action((words: string[], flags: TargetFlags & { in?: string }) =>
      run(async (context) => (await import('../commands/rollout/act.ts')).act(context, 'restart', { ...flags, ...named(words) })),
    );
}

function addLooking(rollout: Command, run: Run): void {
  target(rollout.command('get'), 'show revisions, pods and analyses as a tree')
    .option('-w, --watch', 'show it again whenever something changes')
    .option('--timeout-seconds <number>', 'end watching after this long', '0')
    .action((words: string[], { watch, ...flags }: TargetFlags & { watch?: true; timeoutSeconds: string }) =>
      run(async (context) =>
        (await import('../commands/rollout/get.ts')).get(context, { ...flags, ...named(words), isWatching: watch ?? false }),
      ),
    );
  target(rollout.command('status'), 'follow the rollout until it is healthy (exit code 0) or degraded (1)')
    .option('-w, --watch [boolean]', 'wait until it is done (default: true)')
    .option('-t, --timeout <time>', 'give up after this long, such as 60s; 0 waits for ever', '0')
    .action((words: string[], { watch, ...flags }: TargetFlags & { watch?: string | true; timeout: string }) =>
      run(async (context) =>
        (await import('../commands/rollout/status.ts')).status(context, { ...flags, ...named(words), isWatching: watch !== 'false' }),
      ),
    );
}

function addPromote(rollout: Command, run: Run): void {
  target(rollout.command('promote'), 'end the pause of an update')
    .option('--full', 'skip analyses, pauses and steps, too')
    .action((words: string[], { full, ...flags }: TargetFlags & { full?: true }) =>
      run(async (context) =>
        (await import('../commands/rollout/act.ts')).act(context, full ? 'promote-full' : 'promote', { ...flags, ...named(words) }),
      ),
    );
}

function target(command: Command, description: string): Command {
  return command
    .argument('[name...]', NAME_HELP)
    .option('-n, --namespace <name>', "namespace; the scenario's if left out")
    .description(description);
}

/** The plugin wants `get rollout shop` and `retry rollout shop`; the word is understood here, too. */
function named(words: readonly string[]): { name?: string } {
  const hasKind = words.length > 1 && /^(ro|rollouts?)$/.test(words[0]!);
  const [name, ...more] = hasKind ? words.slice(1) : words;
  if (more.length > 0) throw new UsageError(`one Rollout at a time, not "${[name, ...more].join(' ')}"`);
  return name === undefined ? {} : { name };
}
