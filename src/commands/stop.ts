import { deleteProgress } from '../session/progress.ts';
import { deleteSession, readSession } from '../session/session.ts';
import { SessionError, UsageError } from '../errors.ts';
import type { CommandContext } from './context.ts';

export interface StopOptions {
  /** Whether the cluster's state goes as well. */
  isDeleting: boolean;
  /** Whether what the learner has achieved goes as well. */
  isForgetting: boolean;
}

/** `lab stop`: ends the cluster; its state stays for the next `lab start` unless it is deleted. The workspace is never touched. */
export async function stop(context: CommandContext, { isDeleting, isForgetting }: StopOptions): Promise<number> {
  if (isForgetting && !isDeleting) throw new UsageError('--progress goes with --delete', { hint: 'Type `lab stop --delete --progress`.' });
  return context.alone(async () => {
    const { io, paths } = context;
    const session = await sessionOrNone(context, isDeleting);
    const backend = await context.loadBackend(session?.backend ?? 'embedded');
    const wasRunning = await backend.stop({ isDeleting });
    if (isDeleting) await deleteSession(paths);
    if (isForgetting) await deleteProgress(paths);
    io.line(sayWhatHappened({ wasRunning, isDeleting, isForgetting }));
    return 0;
  });
}

/** A damaged session is no reason not to delete everything. */
async function sessionOrNone({ paths }: CommandContext, isDeleting: boolean) {
  try {
    return await readSession(paths);
  } catch (error) {
    if (isDeleting && error instanceof SessionError) return undefined;
    throw error;
  }
}

function sayWhatHappened({ wasRunning, isDeleting, isForgetting }: StopOptions & { wasRunning: boolean }): string {
  const cluster = wasRunning ? 'The cluster is stopped' : 'No cluster was running';
  if (!isDeleting) return wasRunning ? `${cluster}. \`lab start\` goes on where you were.` : `${cluster}.`;
  const progress = isForgetting ? ', and your progress is forgotten' : '; your progress and your workspace are kept';
  return `${cluster} and its state is deleted${progress}.`;
}
