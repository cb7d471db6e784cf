import { describe, expect, it } from 'vitest';
import { ScriptedTransport } from '../../tests/support/scripted-transport.ts';
import { KubeClient } from './client.ts';
import { LiveSession } from './cluster-session.ts';

const session = new LiveSession(new KubeClient(new ScriptedTransport(() => ({}))));

describe('LiveSession', () => {
  it('looks until it holds', async () => {
    let looks = 0;
    expect(await session.waitUntil(() => Promise.resolve(++looks === 3), 10_000)).toBe(true);
    expect(looks).toBe(3);
  });

  it('looks at least once, and once more at the end of the time', async () => {
    let looks = 0;
    expect(await session.waitUntil(() => Promise.resolve(++looks > 99), 0)).toBe(false);
    expect(looks).toBe(1);
    expect(await session.waitUntil(() => Promise.resolve(++looks > 99), 60)).toBe(false);
    expect(looks).toBeGreaterThanOrEqual(3);
  });

  it('rejects when looking fails', async () => {
    await expect(session.waitUntil(() => Promise.reject(new Error('gone')), 1_000)).rejects.toThrow('gone');
  });
});
