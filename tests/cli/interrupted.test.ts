import { describe, expect, it } from 'vitest';
import { Learner } from '../support/lab-process.ts';

const course = new URL('../course/', import.meta.url).pathname;

describe('Ctrl-C', () => {
  const moments = [30, 120, 200, 280, 360, 450, 550, 700];

  it.each(moments)('%i ms after `lab start` leaves a state that `lab start` continues', async (delayMs) => {
    const impatient = await Learner.arrive({ LAB_COURSE: course });
    const { child, ended } = impatient.begin('start', 'tiny-1');
    const timer = setTimeout(() => child.kill('SIGINT'), delayMs);
    const { exitCode, stderr, signal } = await ended;
    clearTimeout(timer);
    // Before the program has begun, Node itself ends by the signal; after it is done, there is nothing left to interrupt.
    expect(exitCode === 130 || exitCode === 0 || signal === 'SIGINT', stderr).toBe(true);
    expect(stderr).not.toContain('internal error');
    expect(await impatient.lab('start', 'tiny-1')).toMatchObject({ exitCode: 0 });
    expect((await impatient.lab('check')).stdout).toContain('0 of 100 points');
    await impatient.leave();
  });

  it.each(moments.slice(1, 6))('%i ms after `lab reset` leaves a state that `lab reset` repairs', async (delayMs) => {
    const impatient = await Learner.arrive({ LAB_COURSE: course });
    await impatient.lab('start', 'tiny-1');
    await impatient.lab('solution', '--yes');
    const { child, ended } = impatient.begin('reset');
    const timer = setTimeout(() => child.kill('SIGINT'), delayMs);
    await ended;
    clearTimeout(timer);
    expect(await impatient.lab('reset')).toMatchObject({ exitCode: 0 });
    expect((await impatient.lab('check')).stdout).toContain('0 of 100 points');
    await impatient.leave();
  });
});
