import { expect, it } from 'vitest';
import type { AuthorReport } from '../../src/commands/dev/check.ts';
import { Learner } from '../support/lab-process.ts';

/** `lab dev check` on the course as it is shipped. */
it('every scenario is as it says it is', { timeout: 600_000 }, async () => {
  const author = await Learner.arrive();
  const { scenarios } = await author.json<AuthorReport>('dev', 'check', '--json');
  await author.leave();
  const tests = scenarios.flatMap(({ id, tests: of }) => of.map((test) => ({ ...test, name: `${id}: ${test.name}` })));
  const failed = tests.filter(({ result }) => result === 'failed');
  console.log(`author tests: ${tests.length - failed.length} passed, ${failed.length} failed`);
  expect(failed.map(({ name, deviations }) => ({ name, deviations }))).toEqual([]);
  expect(scenarios.length).toBeGreaterThan(0);
});
