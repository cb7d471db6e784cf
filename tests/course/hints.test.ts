import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listScenarioIds } from '../../src/scenarios/course.ts';
import { loadHints } from '../../src/scenarios/hints.ts';
import { loadScenario } from '../../src/scenarios/load.ts';

const root = new URL('../..', import.meta.url).pathname;
const ids = (await listScenarioIds({ root })).filter((id) => id.startsWith('scenario-'));

/** How many words in a row a hint may have in common with the page that explains the solution. */
const SHARED_WORDS = 7;

/** Commands to look around with are left out: there is one way to write them. */
function words(text: string): string[] {
  return (
    text
      .replaceAll(/`kubectl [^`]*`/g, '')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  );
}

function runsOf(text: string): Set<string> {
  const all = words(text);
  return new Set(all.slice(SHARED_WORDS).map((_word, index) => all.slice(index, index + SHARED_WORDS + 1).join(' ')));
}

it.each(ids)('the hints of %s answer the state of a cluster, in words that are not those of the solution', async (id) => {
  const hints = await loadHints({ root }, await loadScenario({ root }, id));
  const solution = runsOf(await readFile(join(root, 'solutions', id, 'README.md'), 'utf8'));
  expect(hints).toHaveLength(3);
  for (const { variants } of hints.slice(1)) expect(variants.length).toBeGreaterThanOrEqual(3);
  const shared = hints.flatMap(({ variants }) =>
    variants.flatMap(({ text, line }) => [...runsOf(text)].filter((run) => solution.has(run)).map((run) => `${line}: ${run}`)),
  );
  expect(shared).toEqual([]);
});
