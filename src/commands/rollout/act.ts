import { UsageError } from '../../errors.ts';
import { actOnRollout, type ActionOptions, type RolloutAction } from '../../kube/rollout-actions.ts';
import type { CommandContext } from '../context.ts';
import { durationOption, withRollout, type RolloutOptions } from './with-rollout.ts';

export interface ActOptions extends RolloutOptions {
  toRevision?: string;
  /** For `restart`: how far off, such as `5m`. */
  in?: string;
}

/** `lab rollout promote|abort|retry|undo|pause|restart`: the same writes and words as `kubectl argo rollouts`. */
export async function act(context: CommandContext, action: RolloutAction, options: ActOptions): Promise<number> {
  const actionOptions = actionOptionsOf(context, options);
  return context.alone(() =>
    withRollout(context, options, async (client, target) => context.io.line(await actOnRollout(client, target, action, actionOptions))),
  );
}

function actionOptionsOf({ io }: CommandContext, { toRevision, in: text }: ActOptions): ActionOptions {
  const inMs = text === undefined ? 0 : durationOption('--in', text);
  return {
    ...(toRevision !== undefined && { toRevision: revisionOption(toRevision) }),
    restart: { atMs: io.now() + inMs, in: text ?? '0s' },
  };
}

function revisionOption(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--to-revision takes a whole number, not "${text}"`, { hint: '`lab rollout get` shows the revisions.' });
}
