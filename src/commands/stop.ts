import { deleteProgress } from '../session/progress.ts';
import { deleteSession, readSession } from '../session/session.ts';
import { SessionError, UsageError } from '../errors.ts';
import type { CommandContext } from './context.ts';

/** Deleting takes the clusters of every kind; one that has none costs nothing. */
const ALL_BACKENDS = ['kind', 'embedded'];

export interface StopOptions {
  /** Whether the cluster's state goes as well. */
  isDeleting: boolean;
  /** Whether what the learner has achieved goes as well. */
  isForgetting: boolean;
  /** Whether images that were built for clusters outlive them. */
  keepsImages?: boolean;
}

/** `lab stop`: ends the cluster; its state stays for the next `lab start` unless it is deleted. The workspace is never touched. */
export async function stop(context: CommandContext, options: StopOptions): Promise<number> {
  const { isDeleting, isForgetting, keepsImages = false } = options;
  if (isForgetting && !isDeleting) throw new UsageError('--progress goes with --delete', { hint: 'Type `lab stop --delete --progress`.' });
  return context.alone(async () => {
    const { io, paths } = context;
    const session = await sessionOrNone(context, isDeleting);
    const names = isDeleting ? ALL_BACKENDS : [session?.backend ?? 'embedded'];
    let wasRunning = false;
    for (const name of names) {
      const backend = await context.loadBackend(name, { keepsImages });
      if (await backend.stop({ isDeleting })) wasRunning = true;
    }
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
