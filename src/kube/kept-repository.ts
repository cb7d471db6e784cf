import { EMPTY_HISTORY, withCommit, type GitCommit, type GitHistory, type NewCommit } from '../apps/gitops/git-history.ts';
import { sourceData, sourceHistory, sourceName } from '../apps/gitops/git-source.ts';
import { ClusterError } from '../errors.ts';
import type { KubeClient } from './client.ts';
import type { GitRepository } from './git-repository-port.ts';
import type { ConfigMap } from './types/core.ts';

/** The Application of the GitOps agent whose repository is meant. */
export interface ApplicationName {
  namespace: string;
  application: string;
}

/**
 * The branch as the cluster keeps it: in the ConfigMap in which the GitOps agent has what it fetched last. Where the repository itself is out
 * of the agent's reach, as in copies and before a lab has started, this is the branch.
 */
export class KeptRepository implements GitRepository {
  readonly #client: KubeClient;
  readonly #name: ApplicationName;

  constructor(client: KubeClient, name: ApplicationName) {
    this.#client = client;
    this.#name = name;
  }

  /** Empty when nothing was ever committed. */
  async read(): Promise<GitHistory> {
    const { namespace, application } = this.#name;
    const kept = await this.#client.get<ConfigMap>('configmaps', namespace, sourceName(application));
    if (!kept) return EMPTY_HISTORY;
    const history = sourceHistory(kept.data);
    if (!history) throw new ClusterError(`the ConfigMap ${sourceName(application)} does not hold the history of a repository`);
    return history;
  }

  async commit(commit: Omit<NewCommit, 'atSeconds'>): Promise<GitCommit> {
    const { namespace, application } = this.#name;
    const before = await this.read();
    const after = withCommit(before, { ...commit, atSeconds: await this.#nowSeconds() });
    const data = sourceData(after);
    const name = sourceName(application);
    if (before.commits.length > 0) await this.#client.patch('configmaps', namespace, name, { type: 'merge', body: { data } });
    else await this.#client.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });
    return after.commits[0]!;
  }

  /** The time of the cluster, which may be another one than that of this machine. */
  async #nowSeconds(): Promise<number> {
    const { namespace } = this.#name;
    const metadata = { generateName: 'now-', namespace } as unknown as ConfigMap['metadata'];
    const object: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    const created = await this.#client.create('configmaps', object, { isDryRun: true });
    return Date.parse(created.metadata.creationTimestamp ?? '') / 1000;
  }
}
