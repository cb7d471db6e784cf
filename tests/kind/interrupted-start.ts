import { expect } from 'vitest';
import type { Report } from '../../grader/index.ts';
import type { Learner, LabProcess } from '../support/lab-process.ts';

export const START = ['start', 'scenario-1', '--backend', 'kind'] as const;

/** Another start gets there by itself, with everything as it is after a start that nothing disturbed. */
export async function expectReady(learner: Learner): Promise<void> {
  const { exitCode, stdout, stderr } = await learner.lab(...START);
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
  const report = await learner.json<Report>('check', '--json');
  expect([report.backend, report.score.earned, report.result]).toEqual(['kind', 0, 'failed']);
}

/** Waits until a `lab` that runs has told of a step. */
export function untilSaid({ child, ended }: LabProcess, step: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (text: string) => {
      if (text.includes(step)) resolve();
    });
    void ended.then(({ stderr }) => reject(new Error(`lab never told of "${step}": ${stderr}`)));
  });
}

/** Why real time: what is interrupted runs in it. */
export function pass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
