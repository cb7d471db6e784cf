import { join } from 'node:path';
import type { GitHistory } from '../../apps/gitops/git-history.ts';
import type { Repositories } from '../../embedded/repositories.ts';

/** The Git repositories right in a folder; a branch that has not moved is read once. */
export function repositoriesIn(folder: string): Repositories {
  const known = new Map<string, { head: string; history: GitHistory }>();
  return {
    read: async (name, branch) => {
      // Why only here: it is a big library, and few scenarios have a repository.
      const { headOf, isRepositoryName, readHistory } = await import('../../apps/gitops/git-repository.ts');
      if (!isRepositoryName(name)) return undefined;
      const gitdir = join(folder, name);
      const head = await headOf(gitdir, branch);
      if (head === undefined) return undefined;
      const key = `${name} ${branch}`;
      const before = known.get(key);
      if (before?.head === head) return before.history;
      const history = await readHistory(gitdir, branch);
      if (history) known.set(key, { head, history });
      return history;
    },
  };
}
