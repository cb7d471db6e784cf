import type { OpenCluster } from '../backends/backend.ts';
import { progressOn } from '../cli/steps.ts';
import { SessionError } from '../errors.ts';
import { readSession, type Session } from '../session/session.ts';
import type { CommandContext } from './context.ts';

/** The session and its cluster, which runs. */
export interface RunningLab {
  session: Session;
  cluster: OpenCluster;
}

/** The session; rejects with SessionError when no scenario was started, or its start was never finished. */
export async function requireSession({ paths }: Pick<CommandContext, 'paths'>): Promise<Session> {
  const session = await readSession(paths);
  if (!session)
    throw new SessionError('no scenario has been started', {
      hint: 'Type `lab list` to see what there is, and `lab start scenario-1` to begin.',
    });
  if (!session.isPlanted) throw interruptedStart(session);
  return session;
}

/** Works with the cluster of the session, which is brought back first if it went down by itself. Rejects with SessionError when there is none. */
export async function withLab<T>(context: CommandContext, work: (lab: RunningLab) => Promise<T>): Promise<T> {
  const session = await requireSession(context);
  const backend = await context.loadBackend(session.backend);
  const cluster =
    (await backend.open(session.scenario.id)) ??
    (await context.alone(() => backend.open(session.scenario.id, { revive: progressOn(context.io) })));
  if (!cluster) {
    throw new SessionError(`the cluster of ${session.scenario.id} is stopped`, {
      hint: `Type \`lab start ${session.scenario.id}\` to go on where you were.`,
    });
  }
  const forget = context.io.onInterrupt(() => cluster.close());
  try {
    return await work({ session, cluster });
  } finally {
    forget();
    cluster.close();
  }
}

function interruptedStart({ scenario }: Session): SessionError {
  return new SessionError(`the start of ${scenario.id} was not finished`, { hint: `Type \`lab start ${scenario.id}\` to finish it.` });
}
