import { expect, test } from 'vitest';
import { readManifests } from './manifests.ts';

test('every object of every manifest counts, in the order of the files', () => {
  const one = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
  const files = {
    'b.yml': `${one('b')}---\n${one('c')}---\n`,
    'a.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}',
    'README.md': '# no',
  };
  const { objects, problems } = readManifests(files);
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
  expect(problems).toEqual([]);
});

test.each(['a: [', 'just: text\n', 'kind: ConfigMap\n', '- 1\n'])('%j is a problem with its file', (text) => {
  expect(readManifests({ 'x.yaml': text }).problems[0]).toMatch(/^x\.yaml: /);
});
