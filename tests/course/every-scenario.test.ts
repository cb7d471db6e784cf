import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuthorReport } from '../../src/commands/dev/author-report.ts';
import { listScenarioIds } from '../../src/scenarios/course.ts';
import { Learner } from '../support/lab-process.ts';

const MINUTE_MS = 60_000;
const ids = await listScenarioIds({ root: new URL('../..', import.meta.url).pathname });
const counts = { passed: 0, failed: 0 };
let author: Learner;

beforeAll(async () => {
  author = await Learner.arrive();
});

afterAll(async () => {
  await author.leave();
  console.log(`author tests: ${counts.passed} passed, ${counts.failed} failed, of ${ids.length} scenarios`);
});

/** `lab dev check` on the course as it is shipped. */
it.each(ids)('%s is as it says it is', { timeout: 15 * MINUTE_MS }, async (id) => {
  const { scenarios } = await author.json<AuthorReport>('dev', 'check', id, '--json');
  const { tests } = scenarios[0]!;
  const failed = tests.filter(({ result }) => result === 'failed');
  counts.passed += tests.length - failed.length;
  counts.failed += failed.length;
  expect(failed.map(({ name, deviations }) => ({ name, deviations }))).toEqual([]);
});
