import type { GitCommit, GitHistory, NewCommit } from '../apps/gitops/git-history.ts';

/** A branch that can be committed to, wherever it is kept. */
export interface GitRepository {
  /** The newest commits. Rejects when there is no such branch. */
  read(): Promise<GitHistory>;
  /** Adds a commit; the time is that of whoever keeps the branch. */
  commit(commit: Omit<NewCommit, 'atSeconds'>): Promise<GitCommit>;
}
