import { expect, test } from 'vitest';
import type { ClusterObject, ClusterReader } from '../../grader/index.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import { settle } from './settle.ts';

const TARGET = { namespace: 'lab', name: 'shop' };

/** A Rollout that is paused until the minute is over, and what was sent to it meanwhile. */
function paused(blueGreen: object): { promotions: string[]; rest: (promotes: boolean) => Promise<boolean>; now: () => number } {
  let nowMs = 0;
  const promotions: string[] = [];
  const rollout = (): ClusterObject & { metadata: { generation: number } } => {
    const isOver = nowMs >= 60_000 || promotions.length > 0;
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'shop', namespace: 'lab', uid: 'u', generation: 1 },
      spec: { strategy: { blueGreen } },
      status: {
        observedGeneration: '1',
        phase: isOver ? 'Healthy' : 'Paused',
        ...(!isOver && { pauseConditions: [{ reason: 'BlueGreenPause', startTime: '1970-01-01T00:00:00Z' }] }),
      },
    };
  };
  const reader: ClusterReader = { get: () => Promise.resolve(rollout()), list: () => Promise.resolve([]) };
  const client = {
    get: () => Promise.resolve(rollout()),
    patch: (_: string, __: string, name: string) => {
      promotions.push(name);
      return Promise.resolve(rollout());
    },
  };
  const session = {
    client,
    elapse: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  } as unknown as ClusterSession;
  const rest = (promotes: boolean) => settle(session, TARGET, { reader, withinMs: 300_000, now: () => nowMs, promotes });
  return { promotions, rest, now: () => nowMs };
}

test('an operator promotes what waits for a person', async () => {
  const { promotions, rest } = paused({ autoPromotionEnabled: false });
  expect(await rest(true)).toBe(true);
  expect(promotions.length).toBeGreaterThan(0);
});

test('without an operator what waits for a person is at rest', async () => {
  const { rest, now } = paused({ autoPromotionEnabled: false });
  expect(await rest(false)).toBe(true);
  expect(now()).toBeLessThan(60_000);
});

test.each([true, false])('a pause with a timer is left alone until it is over, with an operator or without: %s', async (promotes) => {
  const { promotions, rest, now } = paused({ autoPromotionSeconds: 60 });
  expect(await rest(promotes)).toBe(true);
  expect(promotions).toEqual([]);
  expect(now()).toBeGreaterThanOrEqual(60_000);
});
