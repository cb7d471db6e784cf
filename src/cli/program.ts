import { Command, CommanderError, Option } from 'commander';
import type { KindSettings } from '../backends/kind/settings.ts';
import type { CommandContext } from '../commands/context.ts';
import { UsageError } from '../errors.ts';
import type { Io } from './io.ts';
import { Interrupted } from './prompts.ts';
import { exitCodeOf, renderError } from './render-error.ts';
import { addDevCommands } from './dev-program.ts';
import { addRolloutCommands } from './rollout-program.ts';
import type { Run } from './run.ts';

/** Exit code of a command that was interrupted. */
export const INTERRUPTED = 130;

export interface ProgramOptions {
  /** Where lab is installed. */
  installFolder: string;
}

/** Runs the command that the words ask for; answers the exit code, everything that can go wrong having been told. */
export async function runProgram(io: Io, words: readonly string[], options: ProgramOptions): Promise<number> {
  let exitCode = 0;
  const run: Run = async (work) => {
    exitCode = await work(await contextFor(io, words, options));
  };
  try {
    if (words.length === 0) {
      if (io.isInteractive) return await runMenu(io, options);
      buildProgram(io, run).outputHelp();
      return 0;
    }
    const isVersion = words.length === 1 && ['-V', '--version'].includes(words[0]!);
    await buildProgram(io, run).parseAsync(isVersion ? ['version'] : [...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    return failed(io, error, words);
  }
}

async function contextFor(io: Io, words: readonly string[], { installFolder }: ProgramOptions): Promise<CommandContext> {
  const { createContext } = await import('../commands/context.ts');
  return createContext(io, { installFolder, isVerbose: words.includes('--verbose'), commandLine: ['lab', ...words].join(' ') });
}

async function runMenu(io: Io, options: ProgramOptions): Promise<number> {
  const { menu } = await import('../commands/menu.ts');
  const next = await menu(await contextFor(io, [], options));
  return next ? runProgram(io, next, options) : 0;
}

function failed(io: Io, error: unknown, words: readonly string[]): number {
  const isVerbose = words.includes('--verbose');
  if (error instanceof Interrupted) return INTERRUPTED;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    return failed(io, wrongArguments(error, words), words);
  }
  io.note(renderError(error, io, isVerbose));
  return exitCodeOf(error);
}

/** What commander says as one sentence, with what was probably meant. */
function wrongArguments({ code, message }: CommanderError, words: readonly string[]): UsageError {
  const typed = ['lab', ...words].join(' ');
  if (code === 'commander.help')
    return new UsageError(`\`${typed}\` needs one more word`, { hint: `Type \`${typed} --help\` to see which there are.` });
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const meant = /Did you mean (?:one of )?(.*)\?\)/.exec(suggestion ?? '')?.[1];
  const sentence = what.replaceAll("'", '"').replace(/\.$/, '');
  return new UsageError(meant === undefined ? sentence : `${sentence}; did you mean ${quoted(meant)}?`, {
    hint: 'Type `lab --help` to see what there is.',
  });
}

function quoted(list: string): string {
  return list
    .split(', ')
    .map((word) => `"${word}"`)
    .join(' or ');
}

const EXAMPLES = `
Examples:
  lab start scenario-1        bring a scenario up
  lab status                  who serves production right now
  lab apply                   apply what you edited in workspace/
  lab rollout undo            go back to the revision before
  lab check                   see how far you are
  lab hint                    get unstuck, for a few points
  lab reset                   start over`;

function buildProgram(io: Io, run: Run): Command {
  const program = new Command('lab');
  program
    .description('Hands-on training for shipping safely: security-gated blue/green deployments, graded by behaviour.')
    .option('-V, --version', 'show the version')
    .option('--no-color', 'print without colours')
    .option('--verbose', 'show where in the kit an error came from')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.write(text), writeErr: () => undefined })
    .helpCommand('help [command]', 'show help for a command')
    .hook('preAction', (command) => {
      if (command.opts()['color'] === false) io.dropColors();
    });
  addScenarioCommands(program, run);
  addWorkCommands(program, run);
  addRolloutCommands(program, run);
  addHouseholdCommands(program, run);
  addDevCommands(program, run);
  for (const command of [program, ...allCommands(program)]) {
    command.exitOverride().configureOutput({ writeOut: (text) => io.write(text), writeErr: () => undefined });
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function addScenarioCommands(program: Command, run: Run): void {
  program
    .command('list')
    .description('show the scenarios, and what you have done of them')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      run(async (context) => (await import('../commands/list.ts')).list(context, { isJson: json ?? false })),
    );
  program
    .command('start')
    .argument('[scenario]', 'id such as scenario-1; the current one if left out')
    .description('bring a scenario up, or go on with it where you were')
    .addOption(new Option('--backend <name>', 'kind of cluster: auto, kind or embedded').default('auto'))
    .option('--node-image <image>', 'with kind: image of the node (or LAB_NODE_IMAGE)')
    .option('--rollouts-manifest <file>', 'with kind: install manifest of Argo Rollouts, a file or an address (or LAB_ROLLOUTS_MANIFEST)')
    .option('--tekton-manifest <file>', 'with kind: install manifest of Tekton Pipelines, a file or an address (or LAB_TEKTON_MANIFEST)')
    .option('--nuclei-image <image>', 'with kind: image of the scanner (or LAB_NUCLEI_IMAGE)')
    .addHelpText('after', '\nExamples:\n  lab start scenario-1\n  lab start scenario-1 --backend embedded')
    .action((id: string | undefined, { backend, ...kind }: { backend: string } & Partial<KindSettings>) =>
      run(async (context) => (await import('../commands/start.ts')).start(context, id, { backend, kind })),
    );
  program
    .command('status')
    .description('show the scenario, its cluster, and who serves production')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      run(async (context) => (await import('../commands/status.ts')).status(context, { isJson: json ?? false })),
    );
  program
    .command('env')
    .description('print the line that points kubectl at the cluster')
    .option('--shell <name>', 'sh, fish or powershell', 'sh')
    .addHelpText('after', '\nExamples:\n  eval "$(lab env)"\n  lab env --shell fish | source')
    .action(({ shell }: { shell: string }) => run(async (context) => (await import('../commands/env.ts')).env(context, { shell })));
  program
    .command('reset')
    .description('put the scenario back to its start; what you edited is kept aside')
    .action(() => run(async (context) => (await import('../commands/reset.ts')).reset(context)));
  program
    .command('stop')
    .description('end the cluster; `lab start` goes on with it')
    .option('--delete', 'delete the state of all clusters, too')
    .option('--progress', 'with --delete: forget what you have achieved, too')
    .option('--keep-images', 'with --delete: keep the images that were built for kind clusters')
    .action((options: { delete?: true; progress?: true; keepImages?: true }) =>
      run(async (context) =>
        (await import('../commands/stop.ts')).stop(context, {
          isDeleting: options.delete ?? false,
          isForgetting: options.progress ?? false,
          keepsImages: options.keepImages ?? false,
        }),
      ),
    );
}

function addWorkCommands(program: Command, run: Run): void {
  program
    .command('apply')
    .argument('[file...]', 'files or folders; your workspace if left out')
    .description('apply manifests, each file as a whole or not at all')
    .addHelpText('after', '\nExamples:\n  lab apply\n  lab apply workspace/scenario-1/rollout.yaml')
    .action((files: string[]) => run(async (context) => (await import('../commands/apply.ts')).apply(context, files)));
  program
    .command('release')
    .argument('<version>', 'tag of the image, such as 1.3')
    .description('do what the pipeline does: set the image of the rollout')
    .addHelpText('after', '\nExample:\n  lab release 1.3')
    .action((version: string) => run(async (context) => (await import('../commands/release.ts')).release(context, version)));
  addGitCommands(program, run);
  program
    .command('check')
    .description('grade the cluster: exit code 0 all passed, 1 something failed, 7 something could not be judged')
    .option('--json', 'print the report as JSON')
    .option('--junit', 'print the report as JUnit XML')
    .option('--only <id>', 'make this check only; can be repeated', (id: string, ids: string[]) => [...ids, id], [])
    .option('--live', 'carry drills out on your own cluster (kind only), which takes minutes, and put it back')
    .addHelpText('after', '\nExamples:\n  lab check\n  lab check --only back-by-revision')
    .action(({ json, junit, only, live }: { json?: true; junit?: true; only: string[]; live?: true }) =>
      run(async (context) =>
        (await import('../commands/check.ts')).check(context, {
          isJson: json ?? false,
          isJunit: junit ?? false,
          only,
          isLive: live ?? false,
        }),
      ),
    );
  program
    .command('hint')
    .description('show the next hint, which fits what your cluster shows, after saying what it costs')
    .option('--yes', 'take it without being asked')
    .option('--again', 'show those that you have taken, as they fit your cluster now')
    .option('--json', 'print JSON')
    .action(({ yes, again, json }: { yes?: true; again?: true; json?: true }) =>
      run(async (context) =>
        (await import('../commands/hint.ts')).hint(context, { isYes: yes ?? false, isAgain: again ?? false, isJson: json ?? false }),
      ),
    );
  program
    .command('solution')
    .description('carry out the reference repair, step by step')
    .option('--yes', 'do it without being asked')
    .action(({ yes }: { yes?: true }) =>
      run(async (context) => (await import('../commands/solution.ts')).solution(context, { isYes: yes ?? false })),
    );
}

function addGitCommands(program: Command, run: Run): void {
  const git = program.command('git').description('work with the Git repository of a scenario that has one, where there is no git');
  git
    .command('log')
    .description('show the newest commits')
    .action(() => run(async (context) => (await import('../commands/git.ts')).gitLog(context)));
  git
    .command('commit')
    .argument('<message>', 'what the commit is about')
    .description('commit and push what you edited in the clone')
    .addHelpText('after', "\nExample:\n  lab git commit 'Release 1.8'")
    .action((message: string) => run(async (context) => (await import('../commands/git.ts')).gitCommit(context, message)));
  git
    .command('revert')
    .argument('<commit>', 'HEAD, or the beginning of its id')
    .description('take back what a commit has changed, and push that')
    .addHelpText('after', '\nExample:\n  lab git revert HEAD')
    .action((commit: string) => run(async (context) => (await import('../commands/git.ts')).gitRevert(context, commit)));
}

function addHouseholdCommands(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('show what this machine has, and what to do about what it lacks')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      run(async (context) => (await import('../commands/doctor.ts')).doctor(context, { isJson: json ?? false })),
    );
  addBundleCommands(program, run);
  program
    .command('version')
    .description('show the version')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: true }) =>
      run(async (context) => (await import('../commands/version.ts')).version(context, { isJson: json ?? false })),
    );
}

function addBundleCommands(program: Command, run: Run): void {
  const bundle = program.command('bundle').description('take a lab on kind to machines without network');
  bundle
    .command('create')
    .argument('<file>', 'the archive to write')
    .description('put node image, images, manifest, kind and kubectl into one file')
    .option('--node-image <image>', 'image of the node (or LAB_NODE_IMAGE)')
    .option('--rollouts-manifest <file>', 'install manifest of Argo Rollouts, a file or an address (or LAB_ROLLOUTS_MANIFEST)')
    .option('--tekton', 'take Tekton Pipelines along, which scenario-15 needs')
    .option('--tekton-manifest <file>', 'install manifest of Tekton Pipelines, a file or an address (or LAB_TEKTON_MANIFEST)')
    .addHelpText('after', '\nExample:\n  lab bundle create /media/stick/lab.tar')
    .action((file: string, kind: Partial<KindSettings> & { tekton?: boolean }) =>
      run(async (context) => (await import('../commands/bundle.ts')).bundleCreate(context, file, kind)),
    );
  bundle
    .command('load')
    .argument('<file>', 'an archive that `lab bundle create` has written')
    .description('take such a file over, as a whole or not at all')
    .addHelpText('after', '\nExample:\n  lab bundle load /media/stick/lab.tar')
    .action((file: string) => run(async (context) => (await import('../commands/bundle.ts')).bundleLoad(context, file)));
}
