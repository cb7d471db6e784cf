import { filesOf, findCommit, subjectOf, type GitCommit } from '../apps/gitops/git-history.ts';
import { filesWithout, revertMessage, RevertConflict } from '../apps/gitops/git-revert.ts';
import { SessionError, UsageError } from '../errors.ts';
import { loadScenario } from '../scenarios/load.ts';
import type { GitWorkspace } from '../session/git-workspace.ts';
import type { CommandContext } from './context.ts';
import { gitWorkspaceOf } from './git-workspace.ts';
import { requireSession } from './open-lab.ts';

const SHOWN_ID_CHARACTERS = 12;

/** `lab git log`: the newest commits of the scenario's repository. */
export async function gitLog(context: CommandContext): Promise<number> {
  const { commits } = await (await workspaceOf(context)).read();
  for (const commit of commits) context.io.line(`${shownId(commit)}  ${timeOf(commit)}  ${subjectOf(commit)}`);
  return 0;
}

/** `lab git commit`: what the clone holds becomes the newest commit of the repository, as commit and push do it. */
export async function gitCommit(context: CommandContext, message: string): Promise<number> {
  if (message.trim() === '') throw new UsageError('a commit needs a message');
  return context.alone(async () => {
    const workspace = await workspaceOf(context);
    const history = await workspace.read();
    const last = filesOf(history, history.commits[0]);
    const files = await workspace.workingFiles();
    const paths = new Set([...Object.keys(last), ...Object.keys(files)]);
    const changed = [...paths].filter((path) => last[path] !== files[path]);
    if (changed.length === 0) throw new UsageError('there is nothing to commit', { hint: `Edit the files in ${workspace.clone} first.` });
    tell(context, await workspace.commit({ message, author: workspace.learner, files }));
    return 0;
  });
}

/** `lab git revert`: another commit that takes back what one has changed. */
export async function gitRevert(context: CommandContext, id: string): Promise<number> {
  return context.alone(async () => {
    const workspace = await workspaceOf(context);
    const history = await workspace.read();
    const commit = /^head$/i.test(id) ? history.commits[0] : findCommit(history, id);
    if (!commit) throw new UsageError(`there is no commit "${id}"`, { hint: 'Type `lab git log` to see which there are.' });
    try {
      const files = filesWithout(history, commit);
      tell(context, await workspace.commit({ message: revertMessage(commit), author: workspace.learner, files }));
    } catch (error) {
      if (!(error instanceof RevertConflict)) throw error;
      throw new UsageError(error.message, { hint: `Edit the files in ${workspace.clone} and type \`lab git commit <message>\`.` });
    }
    return 0;
  });
}

async function workspaceOf(context: CommandContext): Promise<GitWorkspace> {
  const { scenario } = await requireSession(context);
  const workspace = await gitWorkspaceOf(context, await loadScenario(context.course, scenario.id));
  if (!workspace) throw new SessionError(`${scenario.id} has no Git repository`);
  return workspace;
}

function tell({ io }: CommandContext, commit: GitCommit): void {
  io.line(`${shownId(commit)}  ${subjectOf(commit)}`);
}

function shownId({ id }: GitCommit): string {
  return id.slice(0, SHOWN_ID_CHARACTERS);
}

function timeOf({ atSeconds }: GitCommit): string {
  return new Date(atSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
