import { filesOf, type GitHistory } from '../../apps/gitops/git-history.ts';
import { filesWithout, revertMessage } from '../../apps/gitops/git-revert.ts';
import { KeptRepository } from '../../kube/kept-repository.ts';
import { releaseInFiles } from '../../kube/release-in-files.ts';
import type { DrillActOf } from './drill-act-of.ts';
import type { DrillStage } from './drill-stage.ts';

const DRILL_AUTHOR = 'drill <drill@lab.example>';

export async function commitRelease({ application, release }: DrillActOf<'commit'>, stage: DrillStage): Promise<void> {
  stage.note(`committed the release of ${release.image} to the repository of ${application}`);
  await commit(application, stage, (history) => ({
    message: `Release ${release.image}\n`,
    files: releaseInFiles(filesOf(history, history.commits[0]), release),
  }));
}

export async function revertNewest({ application }: DrillActOf<'revert'>, stage: DrillStage): Promise<void> {
  stage.note(`reverted the newest commit of the repository of ${application}`);
  await commit(application, stage, (history) => ({
    message: revertMessage(history.commits[0]!),
    files: filesWithout(history, history.commits[0]!),
  }));
}

/** Where nothing was ever fetched, there is nothing to commit to; that is noted, too. */
async function commit(
  application: string,
  stage: DrillStage,
  change: (history: GitHistory) => { message: string; files: Record<string, string> },
): Promise<void> {
  const repository = new KeptRepository(stage.session.client, { namespace: stage.production.namespace, application });
  const history = await repository.read();
  if (history.commits.length === 0) stage.note(`nothing in the cluster knows of a repository of ${application}`);
  else await repository.commit({ author: DRILL_AUTHOR, ...change(history) });
}
