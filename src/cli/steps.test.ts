import { describe, expect, it } from 'vitest';
import { memoryIo } from '../../tests/support/memory-io.ts';
import { progressOn } from './steps.ts';

describe('steps where there is no terminal', () => {
  it('are told as they begin, and answer what they come to', async () => {
    const io = memoryIo();
    expect(await progressOn(io).step('Counting', () => Promise.resolve(3))).toBe(3);
    expect(io.err).toBe('- Counting\n');
    expect(io.out).toBe('');
  });

  it('tell what goes on in them now and then', async () => {
    let nowMs = 0;
    const io = memoryIo({ now: () => nowMs });
    await progressOn(io).step('Waiting', async (detail) => {
      for (nowMs = 0; nowMs <= 60_000; nowMs += 1_000) detail(`${nowMs / 1_000} s`);
      await Promise.resolve();
    });
    expect(io.err).toBe('- Waiting\n  Waiting: 15 s\n  Waiting: 30 s\n  Waiting: 45 s\n  Waiting: 60 s\n');
  });

  it('run side by side, and all end before the first failure is told', async () => {
    const io = memoryIo();
    const ended: string[] = [];
    const failing = progressOn(io).together([
      {
        title: 'slow',
        run: async () => {
          await new Promise(setImmediate);
          await new Promise(setImmediate);
          ended.push('slow');
          throw new Error('second');
        },
      },
      {
        title: 'quick',
        run: async () => {
          await new Promise(setImmediate);
          ended.push('quick');
          throw new Error('first');
        },
      },
    ]);
    await expect(failing).rejects.toThrow('first');
    expect(ended).toEqual(['quick', 'slow']);
    expect(io.err).toBe('- slow\n- quick\n');
  });
});
