import type { GitHistory } from '../apps/gitops/git-history.ts';

/** The Git repositories that the machine shares with its cluster. */
export interface Repositories {
  /** The newest commits of a branch; undefined when there is no such repository or branch. */
  read(name: string, branch: string): Promise<GitHistory | undefined>;
}

/** A cluster whose machine shares nothing with it, such as a copy. */
export const NO_REPOSITORIES: Repositories = { read: () => Promise.resolve(undefined) };
