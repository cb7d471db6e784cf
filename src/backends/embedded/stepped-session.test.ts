import { describe, expect, it } from 'vitest';
import { ScriptedTransport } from '../../../tests/support/scripted-transport.ts';
import { KubeClient } from '../../kube/client.ts';
import { ClusterClock } from '../../system/clock.ts';
import { SteppedSession } from './stepped-session.ts';

const START_MS = 1_000_000;

function setUp() {
  const clock = new ClusterClock(START_MS);
  let revision = 1;
  const session = new SteppedSession({ client: new KubeClient(new ScriptedTransport(() => ({}))), clock, revision: () => revision });
  const writeAt = (delayMs: number): void => void clock.after(delayMs, () => revision++);
  return { clock, session, writeAt, revision: () => revision };
}

describe('SteppedSession', () => {
  it('stops at the write that made it hold, looking once after each write', async () => {
    const { clock, session, writeAt, revision } = setUp();
    for (const delayMs of [1_000, 60_000, 3_600_000]) writeAt(delayMs);
    clock.after(30_000, () => undefined);
    let looks = 0;
    const holds = (): Promise<boolean> => Promise.resolve(++looks > 0 && revision() === 3);
    expect(await session.waitUntil(holds, 7_200_000)).toBe(true);
    expect(clock.now()).toBe(START_MS + 60_000);
    expect(looks).toBe(3);
  });

  it('lets the whole time pass for what never holds', async () => {
    const { clock, session, writeAt } = setUp();
    writeAt(5_000);
    expect(await session.waitUntil(() => Promise.resolve(false), 60_000)).toBe(false);
    expect(clock.now()).toBe(START_MS + 60_000);
  });

  it('takes no time for what holds already', async () => {
    const { clock, session } = setUp();
    expect(await session.waitUntil(() => Promise.resolve(true), 60_000)).toBe(true);
    expect(clock.now()).toBe(START_MS);
  });

  it('sees a write at the very last moment', async () => {
    const { session, writeAt, revision } = setUp();
    writeAt(60_000);
    expect(await session.waitUntil(() => Promise.resolve(revision() === 2), 60_000)).toBe(true);
  });

  it('lets time pass', async () => {
    const { clock, session } = setUp();
    await session.elapse(20 * 60_000);
    expect(clock.now()).toBe(START_MS + 20 * 60_000);
  });
});
