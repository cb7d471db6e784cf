import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScenarioError } from '../errors.ts';
import { listScenarioIds, type Course } from './course.ts';
import { readHintPage } from './hint-page.ts';
import { loadHints } from './hints.ts';
import { loadScenario } from './load.ts';
import { schemaFiles } from './schema-files.ts';
import { listWrongRepairs, loadReferenceRepair, loadWrongRepair } from './solutions.ts';

const repository = new URL('../../', import.meta.url).pathname;
let course: Course;

beforeEach(async () => {
  course = { root: await mkdtemp(join(tmpdir(), 'course-')) };
  for (const folder of ['scenarios', 'labs', 'solutions'])
    await cp(join(repository, folder), join(course.root, folder), { recursive: true });
});

afterEach(() => rm(course.root, { recursive: true }));

const scenarioFile = () => join(course.root, 'scenarios/scenario-1/scenario.yaml');

async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(from);
  await writeFile(file, text.replace(from, to));
}

/** The problems that loading ends with, as `line:column pointer message`. */
async function problems(): Promise<string[]> {
  const error: unknown = await loadScenario(course, 'scenario-1').then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ScenarioError);
  expect((error as ScenarioError).exitCode).toBe(4);
  return (error as ScenarioError).problems.map(({ file, line, column, pointer, message }) => {
    expect(file).toBe('scenarios/scenario-1/scenario.yaml');
    return `${line}:${column} ${pointer} ${message}`;
  });
}

const writePage = (text: string): Promise<void> => writeFile(join(course.root, 'labs/scenario-1/hints.md'), text);

/** The problems that loading the hints ends with, as `line message`. */
async function hintProblems(): Promise<string[]> {
  const error: unknown = await loadHints(course, await loadScenario(course, 'scenario-1')).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ScenarioError);
  return (error as ScenarioError).problems.map(({ file, line, message }) => {
    expect(file).toBe('labs/scenario-1/hints.md');
    return `${line} ${message}`;
  });
}

test('the scenario of the course is sound', async () => {
  const { scenario } = await loadScenario(course, 'scenario-1');
  expect(scenario.metadata.title).toBe('The open gate');
});

test.each(['scenario-0', '../scenario-1', '', 'scenario-1/base'])('"%s" is no scenario, and the ones that are are named', async (id) => {
  await expect(loadScenario(course, id)).rejects.toMatchObject({
    exitCode: 2,
    hint: expect.stringMatching(/^There are: scenario-1, /) as string,
  });
});

describe('a broken scenario file', () => {
  test('every problem is told at once, with its place', async () => {
    await edit(scenarioFile(), 'level: beginner', 'level: easy');
    await edit(scenarioFile(), 'minutes: 30', 'minuts: 30');
    await edit(scenarioFile(), 'within: 3m', 'within: 3 minutes');
    expect(await problems()).toEqual(
      expect.arrayContaining([
        '8:3 /spec/level must be one of beginner, intermediate, advanced',
        '7:1 /spec "minutes" is missing',
        expect.stringMatching(/^9:3 \/spec\/minuts "minuts" is not a known field; known here: level, minutes, topics/),
        expect.stringMatching(/^\d+:9 \/spec\/steps\/1\/wait\/within "3 minutes" must be a duration such as 30s, 5m or 1h30m$/),
      ]),
    );
  });

  test('a choice that was not made is one problem', async () => {
    await edit(scenarioFile(), /- elapse: 6m/, '- sleep: 20m');
    const found = await problems();
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('/spec/steps/2 must have exactly one of apply, wait, release, patch, elapse, commit, plant');
    expect(found[1]).toContain('/spec/steps/2/sleep "sleep" is not a known field');
  });

  test('YAML that cannot be read is told with its place', async () => {
    await edit(scenarioFile(), 'level: beginner', 'level: [beginner');
    await expect(loadScenario(course, 'scenario-1')).rejects.toMatchObject({
      message: 'scenarios/scenario-1/scenario.yaml is not valid YAML',
      problems: expect.arrayContaining([expect.objectContaining({ line: expect.any(Number) as number })]) as unknown[],
    });
  });

  test.each([
    [/name: scenario-1/, 'name: scenario-2', 'must be the name of its folder, "scenario-1"'],
    [/points: 20/, 'points: 21', 'the points add up to 101; they must come to 100'],
    [/id: no-gap-in-service/, 'id: back-by-revision', '"back-by-revision" is there twice'],
    [/caughtBy: \[production-off-vulnerable, back-by-revision\]/, 'caughtBy: [nothing]', 'there is no check "nothing"'],
    [/plant: vulnerable-release/, 'plant: other-fault', 'there is no fault "other-fault"'],
    [/- base\/rollout.yaml\n {4}- base\/services.yaml/, '- base/rollouts.yaml', 'no step applies "base/rollouts.yaml"'],
    [/file: faults\/no-gate.yaml/, 'file: faults/gate.yaml', 'there is no file "faults/gate.yaml"'],
    [/file: faults\/no-gate.yaml/, 'file: faults/gate.yaml', 'nothing uses the file "faults/no-gate.yaml"'],
    [/ {6}patch: delete/, '      patch: merge', 'a fault has a file with its patch, unless it deletes'],
    [/unpullable: '\S+'/, "unpullable: '('", 'Invalid regular expression: /(/: Unterminated group'],
  ])('%s becomes %s', async (from, to, message) => {
    await edit(scenarioFile(), from, to);
    expect((await problems()).join('\n')).toContain(message);
  });

  test('a file that nothing declares is a problem', async () => {
    await writeFile(join(course.root, 'scenarios/scenario-1/base/extra.yaml'), '');
    expect(await problems()).toEqual([expect.stringContaining('nothing uses the file "base/extra.yaml"')]);
  });
});

describe('challenges', () => {
  test('come after the scenarios, each in the order of their numbers', async () => {
    const ids = await listScenarioIds(course);
    expect(ids.slice(0, 2)).toEqual(['scenario-1', 'scenario-2']);
    expect(ids.slice(ids.indexOf('challenge-1'))).toEqual(Array.from({ length: 10 }, (_, index) => `challenge-${index + 1}`));
  });

  test('have no hints, and nothing else may be without', async () => {
    expect(await loadHints(course, await loadScenario(course, 'challenge-1'))).toEqual([]);
    await edit(scenarioFile(), /  hints:\n(    - cost: \d+\n)+/, '  hints: []\n');
    expect(await problems()).toEqual([expect.stringMatching(/ \/spec\/hints must not be empty$/)]);
    await edit(join(course.root, 'scenarios/challenge-1/scenario.yaml'), 'hints: []', 'hints: [{ cost: 1 }]');
    await expect(loadScenario(course, 'challenge-1')).rejects.toMatchObject({
      problems: [expect.objectContaining({ message: 'a challenge has no hints' })],
    });
  });
});

describe('hints', () => {
  test('texts and costs go together', async () => {
    const hints = await loadHints(course, await loadScenario(course, 'scenario-1'));
    expect(hints.map(({ number, cost }) => [number, cost])).toEqual([
      [1, 2],
      [2, 4],
      [3, 8],
    ]);
    expect(hints.every(({ text }) => text.length > 80)).toBe(true);
  });

  test('a hint too few is told', async () => {
    await writePage('## 1\n\none\n\n## 2\n\ntwo\n');
    expect(await hintProblems()).toEqual(['5 must hold 3 hints, under the headings "## 1", "## 2" and so on']);
  });

  test('what stands before the first heading is no hint, and what stands in code is no heading', () => {
    const texts = (markdown: string) => readHintPage(markdown).sections.map(({ text }) => text);
    expect(texts('intro\n## 1\nfirst\n\n## 2 \r\nsecond\n')).toEqual(['first', 'second']);
    expect(texts('## 1\n```\n## 2\n### when x\n```\n')).toEqual(['```\n## 2\n### when x\n```']);
    expect(texts('')).toEqual([]);
  });

  test('a hint may say something else to clusters in some state, and asks first what takes no drill', async () => {
    await writePage('## 1\none\n### when bad-release-blocked and not back-by-revision\nother\n### how\nmore\n## 2\ntwo\n## 3\nthree\n');
    const [first, second] = await loadHints(course, await loadScenario(course, 'scenario-1'));
    expect(first).toEqual({
      number: 1,
      cost: 2,
      text: 'one',
      variants: [
        {
          when: 'bad-release-blocked and not back-by-revision',
          line: 3,
          text: 'other\n### how\nmore',
          terms: [
            { id: 'back-by-revision', wanted: 'failed' },
            { id: 'bad-release-blocked', wanted: 'passed' },
          ],
        },
      ],
    });
    expect(second!.variants).toEqual([]);
  });

  test('every problem is told at once, with its place', async () => {
    await edit(
      scenarioFile(),
      '  checks:\n',
      `  states:\n    - id: spare\n      resource: { resource: pods, name: x, match: {} }\n  checks:\n`,
    );
    await writePage(
      [
        '### when back-by-revision', // 1
        'stray',
        '## 1',
        '### when back-by-revision and not back-by-revision', // 4
        '### when gate-is-patient or back-by-revision', // 5
        'text',
        '## 3', // 7
        'two',
        '### When',
        'nothing',
        '### when not gate-is-open', // 11
        'unknown',
        '## 3',
        'three',
        '### when gate-is-patient',
        'text',
        '### when back-by-revision and gate-is-patient', // 17
        'never',
      ].join('\n'),
    );
    expect(await hintProblems()).toEqual([
      '1 stands before the first hint',
      '1 no hint asks for the state "spare"',
      '3 hint 1 has no text for a cluster of which nothing is known',
      '4 there is no text under "### when back-by-revision and not back-by-revision"',
      '4 "back-by-revision" is there twice',
      '5 "gate-is-patient or back-by-revision" is no condition; one is such as "some-check and not another-check"',
      '7 this is hint 2, so its heading must be "## 2"',
      '9 "" is no condition; one is such as "some-check and not another-check"',
      '11 there is no check or state "gate-is-open"',
      '17 is never shown: whenever it fits, the one of line 15 does, too',
    ]);
  });

  test('a missing page is told', async () => {
    await rm(join(course.root, 'labs/scenario-1/hints.md'));
    await expect(loadHints(course, await loadScenario(course, 'scenario-1'))).rejects.toThrow('cannot read labs/scenario-1/hints.md');
  });
});

describe('states', () => {
  const state = (id: string) =>
    `  states:\n    - id: ${id}\n      resource: { resource: pods, name: x, match: { a: { $matches: '(' } } }\n  checks:\n`;

  test('have ids of their own, and one of the kinds of checks that take no drill', async () => {
    await edit(scenarioFile(), '  checks:\n', state('back-by-revision'));
    expect((await problems()).join('\n')).toMatch(
      /\/spec\/states\/0\/id "back-by-revision" is a check already\n.*\/spec\/states\/0\/resource\/match\/a\/\$matches Invalid regular expression/,
    );
    await edit(scenarioFile(), /resource: \{ resource: pods.*\n/, 'pods: {}\n');
    expect((await problems()).join('\n')).toContain('/spec/states/0 must have exactly one of resource, absent, timeline');
  });

  test('are not for challenges', async () => {
    await edit(join(course.root, 'scenarios/challenge-1/scenario.yaml'), '  checks:\n', state('x').replace("'('", "'y'"));
    await expect(loadScenario(course, 'challenge-1')).rejects.toMatchObject({
      problems: [expect.objectContaining({ message: 'a challenge has no hints that could ask for states' })],
    });
  });
});

describe('repairs', () => {
  test('the right one names no failing checks, the wrong ones name checks that exist', async () => {
    const loaded = await loadScenario(course, 'scenario-1');
    expect((await loadReferenceRepair(course, loaded)).solution.spec.mustFail).toBeUndefined();
    const names = await listWrongRepairs(course, loaded);
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names) expect((await loadWrongRepair(course, loaded, name)).solution.spec.mustFail).not.toHaveLength(0);
  });

  test('an unknown one is a wrong argument', async () => {
    const loaded = await loadScenario(course, 'scenario-1');
    await expect(loadWrongRepair(course, loaded, '../fix')).rejects.toMatchObject({ exitCode: 2 });
  });

  test('a wrong repair has to say what fails, and in terms of the scenario', async () => {
    const loaded = await loadScenario(course, 'scenario-1');
    const file = join(course.root, 'solutions/scenario-1/wrong/fail-open/repair.yaml');
    await edit(file, 'mustFail: [scanner-down-blocks]', 'mustFail: [scanner-up]');
    await expect(loadWrongRepair(course, loaded, 'fail-open')).rejects.toThrow('names checks that scenario-1 does not have: scanner-up');
    await edit(file, '  mustFail: [scanner-up]\n', '');
    await expect(loadWrongRepair(course, loaded, 'fail-open')).rejects.toThrow('does not say which checks must fail');
  });
});

test('the schema files are those of the types', async () => {
  for (const { name, text } of schemaFiles()) expect(await readFile(join(repository, 'docs/schema', name), 'utf8')).toBe(text);
});
