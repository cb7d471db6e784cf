import { ClusterError } from '../../errors.ts';
import type { PhaseAndMessage } from '../../kube/rollout-phase.ts';
import { describePhase, isAtRest, readPhase, watchPhase } from '../../kube/rollout-status.ts';
import type { CommandContext } from '../context.ts';
import { durationOption, until, withRollout, type RolloutOptions } from './with-rollout.ts';

export interface StatusOptions extends RolloutOptions {
  isWatching: boolean;
  /** `0` for as long as it takes. */
  timeout: string;
}

/** `lab rollout status`: follows the Rollout until it is Healthy (0) or Degraded (1), in the words of the plugin. */
export async function status(context: CommandContext, options: StatusOptions): Promise<number> {
  const { io } = context;
  const timeoutMs = durationOption('--timeout', options.timeout);
  return withRollout(context, options, async (client, target) => {
    if (!options.isWatching) {
      const phase = await readPhase(client, target);
      io.line(isAtRest(phase) ? phase.phase : `${phase.phase} - ${phase.message}`);
      refuseDegraded(phase);
      return;
    }
    await until(context, timeoutMs, async (signal) => {
      const last = await watchPhase(client, target, { signal, onChange: (phase) => io.line(describePhase(phase)) });
      refuseDegraded(last);
      if (last.phase !== 'Healthy') throw new ClusterError('Rollout status watch exceeded timeout');
    });
  });
}

function refuseDegraded({ phase, message }: PhaseAndMessage): void {
  if (phase === 'Degraded') throw new ClusterError(`The rollout is in a degraded state with message: ${message}`);
}
