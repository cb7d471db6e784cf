import { progressOn } from '../cli/steps.ts';
import { SessionError } from '../errors.ts';
import { loadScenario } from '../scenarios/load.ts';
import { workspaceFiles } from '../scenarios/workspace.ts';
import { readSession, writeSession } from '../session/session.ts';
import { replaceWorkspace } from '../session/workspace.ts';
import type { CommandContext } from './context.ts';
import { provideRepository, settingRepositoryAside } from './git-workspace.ts';
import { planOf, sessionScenarioOf } from './plan.ts';
import { shownPath } from './shown-path.ts';

/** `lab reset`: the scenario as it was at the start, cluster and workspace; what the learner edited is moved to a backup. */
export async function reset(context: CommandContext): Promise<number> {
  return context.alone(async () => {
    const { io, paths } = context;
    const before = await readSession(paths);
    if (!before)
      throw new SessionError('there is nothing to reset: no scenario has been started', { hint: 'Type `lab start scenario-1` to begin.' });
    const loaded = await loadScenario(context.course, before.scenario.id);
    const backend = await context.loadBackend(before.backend);
    const session = { ...before, scenario: sessionScenarioOf(loaded) };
    await writeSession(paths, { ...session, isPlanted: false });
    const { plan, backup: repositoryBackup } = settingRepositoryAside(context, loaded, planOf(loaded));
    const cluster = await backend.reset(plan, progressOn(io));
    const backup = (await replaceWorkspace(paths, loaded.id, await workspaceFiles(loaded), io.now())) ?? repositoryBackup();
    await provideRepository(context, loaded, cluster.client).finally(() => cluster.close());
    await writeSession(paths, { ...session, isPlanted: true, startedAt: new Date(io.now()).toISOString() });
    io.line(`${io.paint('✔', 'good')} ${session.scenario.title}: as it was at the start.`);
    if (backup !== undefined) io.line(`  What you had edited is in ${shownPath(backup, io.cwd)}/`);
    return 0;
  });
}
