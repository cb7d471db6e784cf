import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Report } from '../../grader/index.ts';
import { listScenarioIds } from '../../src/scenarios/course.ts';
import { hasKindMachine, hasTektonManifest } from '../support/kind-machine.ts';
import { Learner } from '../support/lab-process.ts';

const MINUTE_MS = 60_000;
const repository = new URL('../..', import.meta.url).pathname;

/** What is asked for: by `npm run test:kind -- --all`, by `-- --challenges`, and in every run; scenario-1 has a file of its own. */
const CHOICES: Record<string, (id: string) => boolean> = {
  all: (id) => id.startsWith('scenario-'),
  challenges: (id) => id.startsWith('challenge-'),
  some: (id) => ['scenario-4', 'scenario-7', 'scenario-9'].includes(id),
};
const everything = (await listScenarioIds({ root: repository })).filter((id) => id !== 'scenario-1');
/** What needs Tekton Pipelines needs its manifest, which is not on every machine. */
const possible = everything.filter((id) => !needsOf(id).includes('tekton') || hasTektonManifest());
const chosen = possible.filter(CHOICES[process.env['LAB_KIND_COURSE'] ?? 'some']!);
const left = everything.filter((id) => !chosen.includes(id));
if (left.length > 0) console.warn(`skipped: ${left.join(', ')} on kind; \`npm run test:kind -- --all\` and \`-- --challenges\` run them`);

/** A scenario on a real cluster: untouched, after the reference repair, and after one that only looks right. */
describe.skipIf(!hasKindMachine())('a scenario on kind', () => {
  let learner: Learner;

  afterEach(async () => {
    await learner.lab('stop', '--delete', '--keep-images');
    await learner.leave();
  }, 3 * MINUTE_MS);

  const results = async (): Promise<Record<string, string>> => {
    const { checks } = await learner.json<Report>('check', '--json');
    return Object.fromEntries(checks.map(({ id, result }) => [id, result]));
  };
  const lab = async (...words: string[]): Promise<void> => {
    const { exitCode, stderr } = await learner.lab(...words);
    expect(exitCode, `lab ${words.join(' ')}: ${stderr}`).toBe(0);
  };

  it.each(chosen)('%s scores 0, then 100, and sees through a wrong repair', { timeout: 15 * MINUTE_MS }, async (id) => {
    const { HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, LAB_TEKTON_MANIFEST, DOCKER_HOST } = process.env;
    learner = await Learner.arrive({ HOME, LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, LAB_TEKTON_MANIFEST, DOCKER_HOST });
    await lab('start', id, '--backend', 'kind');
    expect(await results()).toEqual(outcomes(id, () => 'failed'));

    await lab('dev', 'solve', id);
    expect(await results()).toEqual(outcomes(id, () => 'passed'));

    const { name, mustFail } = firstWrongRepair(id);
    await lab('reset');
    await lab('dev', 'solve', id, '--wrong', name);
    const seen = await results();
    expect(seen, name).toEqual(outcomes(id, (check) => (mustFail.includes(check) ? 'failed' : 'passed')));
  });
});

/** What each check of a scenario is to come to. */
function outcomes(id: string, outcomeOf: (check: string) => string): Record<string, string> {
  return Object.fromEntries(scenario(id).checks.map((check) => [check.id, outcomeOf(check.id)]));
}

function needsOf(id: string): string[] {
  return scenario(id).needs;
}

function scenario(id: string): { needs: string[]; checks: { id: string }[] } {
  const text = readFileSync(join(repository, 'scenarios', id, 'scenario.yaml'), 'utf8');
  return (parse(text) as { spec: { needs: string[]; checks: { id: string }[] } }).spec;
}

function firstWrongRepair(id: string): { name: string; mustFail: string[] } {
  const folder = join(repository, 'solutions', id, 'wrong');
  const [name] = readdirSync(folder).sort();
  const { spec } = parse(readFileSync(join(folder, name!, 'repair.yaml'), 'utf8')) as { spec: { mustFail: string[] } };
  return { name: name!, mustFail: spec.mustFail };
}
