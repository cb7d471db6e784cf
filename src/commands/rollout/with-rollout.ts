import { ClusterError, UsageError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { RolloutTarget } from '../../kube/rollout-actions.ts';
import { parseDuration } from '../../system/duration.ts';
import type { CommandContext } from '../context.ts';
import { withLab } from '../open-lab.ts';

/** Which Rollout is meant: the scenario's unless named otherwise. */
export interface RolloutOptions {
  name?: string;
  namespace?: string;
}

/** Exit code of the plugin for whatever goes wrong. */
const PLUGIN_FAILURE = 1;

/** Works with a Rollout of the lab; what the cluster says against it ends as it does for the plugin: `Error: …` and exit code 1. */
export async function withRollout(
  context: CommandContext,
  { name, namespace }: RolloutOptions,
  work: (client: KubeClient, target: RolloutTarget) => Promise<void>,
): Promise<number> {
  return withLab(context, async ({ session, cluster }) => {
    const { scenario } = session;
    try {
      await work(cluster.client, { namespace: namespace ?? scenario.namespace, name: name ?? scenario.production.rollout });
      return 0;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      context.io.note(`Error: ${error.message}`);
      return PLUGIN_FAILURE;
    }
  });
}

/** Milliseconds of an option that takes a time; rejects with UsageError for anything else. */
export function durationOption(flag: string, text: string): number {
  const durationMs = text === '0' ? 0 : parseDuration(text);
  if (durationMs === undefined) throw new UsageError(`${flag} takes a time such as 30s or 5m, not "${text}"`);
  return durationMs;
}

/** Runs with a signal that is aborted after the time, if there is one, and when the command is interrupted. */
export async function until(
  { io }: Pick<CommandContext, 'io'>,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const timer = timeoutMs > 0 ? setTimeout(() => abort.abort(), timeoutMs) : undefined;
  const forget = io.onInterrupt(() => abort.abort());
  try {
    await run(abort.signal);
  } finally {
    clearTimeout(timer);
    forget();
  }
}
