import { describe, expect, it } from 'vitest';
import { ScriptedTransport, refusal } from '../../tests/support/scripted-transport.ts';
import { KubeClient } from './client.ts';
import { rolloutPhase } from './rollout-phase.ts';
import { describePhase, watchPhase } from './rollout-status.ts';
import type { Rollout } from './types/rollouts.ts';

const BLUE_GREEN = { strategy: { blueGreen: { activeService: 'a' } } };
const CANARY = { strategy: { canary: {} } };
const POST = { strategy: { blueGreen: { activeService: 'a', postPromotionAnalysis: {} } } };

function rollout(spec: Rollout['spec'], status: Rollout['status'], generation = 3): Rollout {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'shop', generation }, spec, status };
}

const running = {
  updatedReplicas: 1,
  availableReplicas: 1,
  replicas: 1,
  currentPodHash: 'h',
  stableRS: 'h',
  blueGreen: { activeSelector: 'h' },
};

describe('rolloutPhase', () => {
  it.each<[string, Rollout]>([
    ['Paused - BlueGreenPause', rollout(BLUE_GREEN, { phase: 'Paused', message: 'BlueGreenPause', observedGeneration: '3' })],
    ['Progressing - waiting for rollout spec update to be observed', rollout(BLUE_GREEN, { phase: 'Healthy', observedGeneration: '2' })],
    ['Healthy', rollout(BLUE_GREEN, { phase: 'Healthy', observedGeneration: '4' })],
    ['Healthy', rollout(BLUE_GREEN, { phase: 'Healthy', observedGeneration: '6c9d' })],
    [
      'Progressing - waiting for rollout to unpause',
      rollout(BLUE_GREEN, { phase: 'Paused', controllerPause: true, observedGeneration: '3' }),
    ],
    ['Progressing - more replicas need to be updated', rollout(BLUE_GREEN, undefined)],
    ['Progressing - updated replicas are still becoming available', rollout(BLUE_GREEN, { updatedReplicas: 1 })],
    ['Progressing - active service cutover pending', rollout(BLUE_GREEN, { ...running, blueGreen: { activeSelector: 'old' } })],
    ['Progressing - waiting for analysis to complete', rollout(POST, { ...running, stableRS: 'old' })],
    ['Progressing - waiting for post-promotion verification to complete', rollout(BLUE_GREEN, { ...running, stableRS: 'old' })],
    ['Progressing - old replicas are pending termination', rollout(CANARY, { ...running, replicas: 2 })],
    ['Progressing - waiting for all steps to complete', rollout(CANARY, { ...running, stableRS: 'old' })],
    ['Progressing - rollout is restarting', rollout({ ...BLUE_GREEN, restartAt: 't' }, running)],
    ['Paused - manually paused', rollout({ ...BLUE_GREEN, paused: true }, running)],
    [
      'Degraded - InvalidSpec: bad',
      rollout(BLUE_GREEN, { conditions: [{ type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message: 'bad' }] }),
    ],
    [
      'Degraded - RolloutAborted: why',
      rollout(BLUE_GREEN, { conditions: [{ type: 'Progressing', status: 'False', reason: 'RolloutAborted', message: 'why' }] }),
    ],
    ['Healthy', rollout(BLUE_GREEN, running)],
  ])('is %s', (shown, subject) => {
    expect(describePhase(rolloutPhase(subject))).toBe(shown);
  });
});

describe('watchPhase', () => {
  const event = (phase: NonNullable<Rollout['status']>['phase'], message = '', type = 'MODIFIED') => ({
    type,
    object: {
      ...rollout(BLUE_GREEN, { ...(phase && { phase }), message, observedGeneration: '3' }),
      metadata: { name: 'shop', generation: 3, resourceVersion: '9' },
    },
  });

  /** A cluster that lists the first object and then streams the events once. */
  function watching(first: object | undefined, events: object[]): { client: KubeClient; lines: () => string[] } {
    const transport = new ScriptedTransport(({ path }) => {
      if (!path.includes('watch=true'))
        return { body: { kind: 'RolloutList', metadata: { resourceVersion: '8' }, items: first ? [first] : [] } };
      return events.length > 0 ? { body: events.shift()! } : refusal(500, 'InternalError', 'end of the script');
    });
    return { client: new KubeClient(transport), lines: () => transport.lines };
  }

  const follow = async (first: object | undefined, events: object[]) => {
    const told: string[] = [];
    const { client } = watching(first, events);
    const last = await watchPhase(
      client,
      { namespace: 'lab', name: 'shop' },
      { signal: new AbortController().signal, onChange: (phase) => told.push(describePhase(phase)) },
    );
    return { told, last: describePhase(last) };
  };

  it('tells each change once and ends when the Rollout is at rest', async () => {
    const first = event('Progressing', 'a').object;
    const events = [
      event('Progressing', 'a'),
      event('Paused', 'b'),
      event('Progressing', 'c', 'BOOKMARK'),
      event('Degraded', 'd'),
      event('Healthy'),
    ];
    expect(await follow(first, events)).toEqual({ told: ['Progressing - a', 'Paused - b', 'Degraded - d'], last: 'Degraded - d' });
  });

  it('ends at once for a Rollout that is at rest, and rejects one that is not there or goes away', async () => {
    expect(await follow(event('Healthy').object, [])).toEqual({ told: ['Healthy'], last: 'Healthy' });
    await expect(follow(undefined, [])).rejects.toThrow('rollout.argoproj.io "shop" not found');
    await expect(follow(event('Paused', 'p').object, [event('Paused', 'p', 'DELETED')])).rejects.toThrow('not found');
  });
});
