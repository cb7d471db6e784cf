import type { BackendName } from '../backends/backend.ts';
import { chooseBackend, type BackendChoice } from '../backends/detect.ts';
import type { KindSettings } from '../backends/kind/settings.ts';
import { progressOn } from '../cli/steps.ts';
import { SessionError, UsageError } from '../errors.ts';
import { shownLabFolder } from '../scenarios/course.ts';
import { loadScenario, type LoadedScenario } from '../scenarios/load.ts';
import { workspaceFiles } from '../scenarios/workspace.ts';
import { readSession, writeSession, type Session } from '../session/session.ts';
import { addMissingFiles, workspaceFolder } from '../session/workspace.ts';
import type { CommandContext } from './context.ts';
import type { BackendFlags } from './load-backend.ts';
import { provideRepository, settingRepositoryAside } from './git-workspace.ts';
import { planOf, sessionScenarioOf } from './plan.ts';
import { knownScenarioId } from './scenario-ids.ts';
import { shownPath } from './shown-path.ts';

export interface StartOptions {
  /** `auto`, or the name of a backend. */
  backend: string;
  /** Settings of a kind cluster that come before those of the environment and of lab.config.yaml. */
  kind?: Partial<KindSettings>;
}

/** `lab start`: brings a scenario up, or goes on with it where the learner was. */
export async function start(context: CommandContext, wish: string | undefined, options: StartOptions): Promise<number> {
  const before = await readSession(context.paths);
  const id = await knownScenarioId(context.course, wish ?? currentScenario(before));
  const loaded = await loadScenario(context.course, id);
  const { backends: supported, needs } = loaded.scenario.spec;
  const choice = await choiceFor(context, before, { id, supported, needs }, options);
  return context.alone(async () => {
    const { io, paths } = context;
    const progress = progressOn(io);
    const backend = await context.loadBackend(choice.name, flagsOf(options));
    io.line(`Backend: ${choice.name} (${choice.because})`);
    if (before && before.scenario.id !== id)
      io.line(`${before.scenario.id} is put aside as it is; \`lab start ${before.scenario.id}\` goes on with it.`);

    if (before && before.backend !== choice.name) await (await context.loadBackend(before.backend)).stop({ isDeleting: false });

    const session: Session = {
      version: 1,
      backend: choice.name,
      scenario: sessionScenarioOf(loaded),
      startedAt: before?.scenario.id === id ? before.startedAt : new Date(io.now()).toISOString(),
      isPlanted: false,
    };
    await writeSession(paths, session);
    const { plan, backup } = settingRepositoryAside(context, loaded, planOf(loaded));
    const { cluster, isResumed } = await backend.start(plan, progress);
    await provideRepository(context, loaded, cluster.client).finally(() => cluster.close());
    await addMissingFiles(paths, id, await workspaceFiles(loaded));
    await writeSession(paths, { ...session, isPlanted: true });
    tellWhatNext(context, loaded, cluster.kubeconfig, isResumed);
    if (backup() !== undefined) io.line(`  The repository of an earlier time is in ${shownPath(backup()!, io.cwd)}/`);
    return 0;
  });
}

function currentScenario(session: Session | undefined): string {
  if (session) return session.scenario.id;
  throw new UsageError('which scenario?', { hint: 'Type `lab list` to see what there is, and `lab start scenario-1` to begin.' });
}

/** A scenario goes on where it runs; to move it, its cluster has to be given up first. */
async function choiceFor(
  context: CommandContext,
  before: Session | undefined,
  { id, supported, needs }: { id: string; supported: readonly string[]; needs: readonly string[] },
  options: StartOptions,
): Promise<BackendChoice> {
  const { backend: wish } = options;
  if (before?.scenario.id === id && wish === 'auto')
    return { name: before.backend as BackendName, because: 'the scenario runs there already' };
  const choice = await chooseBackend(wish, supported, { examineKind: () => context.examineKind({ ...flagsOf(options), needs }) });
  if (before?.scenario.id !== id || before.backend === choice.name) return choice;
  throw new SessionError(`${id} runs on the backend "${before.backend}"`, {
    hint: `Type \`lab stop --delete\` first to start it anew on "${wish}".`,
  });
}

function flagsOf({ kind }: StartOptions): BackendFlags {
  return kind ? { kind } : {};
}

function tellWhatNext({ io, paths }: CommandContext, { id, scenario }: LoadedScenario, kubeconfig: string, isResumed: boolean): void {
  const { title } = scenario.metadata;
  const hasRollout = scenario.spec.needs.includes('argo-rollouts');
  const shown = (path: string): string => shownPath(path, io.cwd);
  io.line();
  io.line(isResumed ? `${io.paint('✔', 'good')} ${title}: goes on where you were.` : `${io.paint('✔', 'good')} ${title}: ready.`);
  io.line();
  io.line(`  Read      ${shownLabFolder(id)}/README.md`);
  io.line(`  Edit      ${shown(workspaceFolder(paths, id))}/`);
  io.line(`  Look      lab status${hasRollout ? ' · lab rollout get' : ''}`);
  io.line('  Check     lab check');
  io.line(`  kubectl   export KUBECONFIG=${shown(kubeconfig)}`);
}
