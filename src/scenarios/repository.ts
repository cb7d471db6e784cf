import type { KubeClient } from '../kube/client.ts';
import type { GitRepository } from '../kube/git-repository-port.ts';
import { KeptRepository } from '../kube/kept-repository.ts';
import { ScenarioError } from '../errors.ts';
import type { LoadedScenario } from './load.ts';

/** The scenario's repository as its cluster keeps it. Throws ScenarioError when it has none. */
export function repositoryOf({ id, scenario }: Pick<LoadedScenario, 'id' | 'scenario'>, client: KubeClient): GitRepository {
  const { namespace, repository } = scenario.spec;
  if (!repository) throw new ScenarioError(`${id} has no repository to commit to`);
  return new KeptRepository(client, { namespace, application: repository.application });
}
