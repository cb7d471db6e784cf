import type { ScenarioPlan } from '../backends/backend.ts';
import type { KubeClient } from '../kube/client.ts';
import type { LoadedScenario } from '../scenarios/load.ts';
import { repositoryOf } from '../scenarios/repository.ts';
import type { GitWorkspace } from '../session/git-workspace.ts';
import type { CommandContext } from './context.ts';

/** The scenario's repository in the workspace; undefined when it has none. */
export async function gitWorkspaceOf(
  { io, paths }: Pick<CommandContext, 'io' | 'paths'>,
  { id, scenario }: Pick<LoadedScenario, 'id' | 'scenario'>,
): Promise<GitWorkspace | undefined> {
  const { repository } = scenario.spec;
  if (!repository) return undefined;
  // Why only here: reading and writing Git is a big library, which few scenarios need.
  const { GitWorkspace: Workspace } = await import('../session/git-workspace.ts');
  return new Workspace(paths, { scenario: id, name: repository.name, now: () => io.now() });
}

/** The plan, which moves what is left of an earlier repository out of the agent's sight before anything is planted. */
export function settingRepositoryAside(
  { io, paths }: Pick<CommandContext, 'io' | 'paths'>,
  loaded: LoadedScenario,
  plan: ScenarioPlan,
): { plan: ScenarioPlan; backup: () => string | undefined } {
  if (!loaded.scenario.spec.repository) return { plan, backup: () => undefined };
  const nowMs = io.now();
  let backup: string | undefined;
  const plant: ScenarioPlan['plant'] = async (session, onStep) => {
    const workspace = (await gitWorkspaceOf({ io, paths }, loaded))!;
    const { setRepositoryAside } = await import('../session/git-workspace.ts');
    backup = (await setRepositoryAside(workspace, paths, loaded.id, nowMs)) ?? backup;
    await plan.plant(session, onStep);
  };
  return { plan: { ...plan, plant }, backup: () => backup };
}

/** Gives the learner the repository of the scenario as its cluster knows it, and a clone, unless they are there. */
export async function provideRepository(
  context: Pick<CommandContext, 'io' | 'paths'>,
  loaded: LoadedScenario,
  client: KubeClient,
): Promise<void> {
  const workspace = await gitWorkspaceOf(context, loaded);
  if (workspace) await workspace.provide(await repositoryOf(loaded, client).read());
}
