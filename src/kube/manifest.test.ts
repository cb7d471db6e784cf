import { describe, expect, it } from 'vitest';
import { ScenarioError, type FileProblem } from '../errors.ts';
import { parseManifests } from './manifest.ts';

function problemsOf(text: string): readonly FileProblem[] {
  try {
    parseManifests(text, 'a.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n';

describe('parseManifests', () => {
  it('reads documents, skipping empty ones, and the items of a List', () => {
    const text = `---\n# nothing\n---\n${POD}---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n`;
    const manifests = parseManifests(text, 'a.yaml');
    expect(manifests.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual(['Pod p', 'Secret s', 'ConfigMap c']);
    expect(manifests[2]!.placeOf('metadata.name')).toEqual({ line: 12, column: 48 });
  });

  it('reads JSON', () => {
    expect(parseManifests('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}', 'p.json')).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['on', true],
    ['No', false],
    ['y', true],
    ['"on"', 'on'],
    ['0755', 493],
    ['0x1F', 31],
    ['0o17', 15],
    ['!!binary aGk=', 'hi'],
    ['190:20:30', '190:20:30'],
    ['tRue', 'tRue'],
    ['08', 8],
    ['012', 10],
    ['1_000', 1000],
    ['1:20', '1:20'],
    ['2026-11-24', '2026-11-24'],
    ['2026-11-24T04:04:27Z', '2026-11-24T04:04:27Z'],
    ['1.10', 1.1],
    ['~', null],
    ['Null', null],
    ['1e3', 1000],
    ['v1.2', 'v1.2'],
  ])('reads %s as kubectl does', (scalar, value) => {
    const [manifest] = parseManifests(`${POD}value: ${scalar}\n`, 'a.yaml');
    expect(manifest!.object['value']).toEqual(value);
  });

  it('merges anchors as kubectl does, and finds fields through them', () => {
    const text = `${POD}base: &base\n  image: a\nspec:\n  containers:\n  - <<: *base\n    name: c\n  first: *base\n`;
    const [manifest] = parseManifests(text, 'a.yaml');
    expect(manifest!.object['spec']).toEqual({ containers: [{ image: 'a', name: 'c' }], first: { image: 'a' } });
    expect(manifest!.placeOf('spec.first.image')).toEqual({ line: 5, column: 3 });
  });

  it.each([
    ['spec.containers[0].image', { line: 7, column: 5 }],
    ['.spec.containers[0]', { line: 6, column: 5 }],
    ['spec.containers[3].image', { line: 5, column: 3 }],
    ['metadata.labels[app.kubernetes.io/name]', { line: 3, column: 31 }],
    ['spec.nowhere.at.all', { line: 4, column: 1 }],
    ['<nil>', { line: 1, column: 1 }],
    ['', { line: 1, column: 1 }],
  ])('knows where %s stands', (path, place) => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: { app.kubernetes.io/name: x}}\nspec:\n  containers:\n  - name: c\n    image: a\n`;
    expect(parseManifests(text, 'a.yaml')[0]!.placeOf(path)).toEqual(place);
  });

  it('tells every syntax error with its place', () => {
    const problems = problemsOf(`${POD}a: [1\nb: }\n---\n${POD}name: 1\nname: 2\n`);
    expect(problems.length).toBeGreaterThanOrEqual(2);
    expect(problems[0]).toMatchObject({ file: 'a.yaml', line: 5 });
    expect(problems.at(-1)).toMatchObject({ line: 11, message: expect.stringContaining('unique') as string });
  });

  it.each([
    ['just text', 'this is not a Kubernetes object'],
    ['- 1', 'this is not a Kubernetes object'],
    ['kind: Pod', 'apiVersion is missing'],
    ['apiVersion: v1', 'kind is missing'],
    ['apiVersion: v1\nkind: Pod', 'metadata.name is missing'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: y}', 'metadata.name is read as true, not as text: put it in quotes'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}', 'generateName "a-" cannot be applied: give the object a name'],
  ])('refuses %j', (text, message) => {
    expect(problemsOf(text)).toEqual([{ file: 'a.yaml', line: 1, column: 1, message }]);
  });

  it('refuses what nests without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ];
    for (const text of ['a: &a [*a]', bomb.join('\n')]) {
      expect(problemsOf(`${POD}${text}\n`)).toMatchObject([{ message: 'the aliases in this document never come to an end' }]);
    }
  });
});
