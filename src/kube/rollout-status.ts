import type { KubeClient } from './client.ts';
import type { RolloutTarget } from './rollout-actions.ts';
import { rolloutPhase, type PhaseAndMessage } from './rollout-phase.ts';
import { rolloutNotFound } from './rollout-view/read-family.ts';
import type { Rollout } from './types/rollouts.ts';

/** Whether a Rollout has come to an end, good or bad; a paused one has not. */
export function isAtRest({ phase }: PhaseAndMessage): boolean {
  return phase === 'Healthy' || phase === 'Degraded';
}

/** `Progressing - more replicas need to be updated`, or the phase alone when there is nothing to add. */
export function describePhase({ phase, message }: PhaseAndMessage): string {
  return message ? `${phase} - ${message}` : phase;
}

/** Phase and message as they are now. Rejects with 404 when there is no such Rollout. */
export async function readPhase(client: KubeClient, { namespace, name }: RolloutTarget): Promise<PhaseAndMessage> {
  const rollout = await client.get<Rollout>('rollouts.argoproj.io', namespace, name);
  if (!rollout) throw rolloutNotFound(name);
  return rolloutPhase(rollout);
}

/**
 * Follows a Rollout until it is at rest or the signal is aborted; tells every change of phase or message once.
 * Answers what it was last. Models cmd/status WatchStatus.
 */
export async function watchPhase(
  client: KubeClient,
  { namespace, name }: RolloutTarget,
  { signal, onChange }: { signal: AbortSignal; onChange: (phase: PhaseAndMessage) => void },
): Promise<PhaseAndMessage> {
  const options = { namespace, fieldSelector: `metadata.name=${name}` };
  let last: PhaseAndMessage | undefined;
  const note = (rollout: Rollout): PhaseAndMessage => {
    const phase = rolloutPhase(rollout);
    if (!last || describePhase(phase) !== describePhase(last)) onChange(phase);
    last = phase;
    return phase;
  };
  const { items, metadata } = await client.list<Rollout>('rollouts.argoproj.io', options);
  if (!items[0]) throw rolloutNotFound(name);
  const first = note(items[0]);
  if (isAtRest(first)) return first;
  const from = metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion };
  for await (const { type, object } of client.watch<Rollout>('rollouts.argoproj.io', { ...options, ...from, signal })) {
    if (type === 'BOOKMARK') continue;
    if (type === 'DELETED') throw rolloutNotFound(name);
    const phase = note(object);
    if (isAtRest(phase)) return phase;
  }
  return last ?? first;
}
