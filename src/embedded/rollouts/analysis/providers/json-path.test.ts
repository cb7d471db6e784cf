import { expect, test } from 'vitest';
import { AnalysisProblem } from '../analysis-problem.ts';
import { goJson, readJson } from './go-json.ts';
import golden from './golden/json-paths.json' with { type: 'json' };
import { parseJsonPath } from './json-path.ts';

interface Recorded {
  document: string;
  path: string;
  first?: unknown;
  error?: string;
}

/** The first value that a path finds, or what is said instead. */
function outcome(document: string, path: string): Pick<Recorded, 'first' | 'error'> {
  let prefix = 'parse: ';
  try {
    const find = parseJsonPath(path);
    prefix = '';
    const [first] = find(readJson(document)!);
    return first === undefined ? {} : { first: JSON.parse(goJson(first)) as unknown };
  } catch (error) {
    if (error instanceof AnalysisProblem) return { error: prefix + error.message };
    throw error;
  }
}

/** Recorded from client-go v0.34 util/jsonpath. */
test.each(golden as Recorded[])('$path in $document', ({ document, path, first, error }) => {
  expect(outcome(document, path)).toEqual({ ...(first !== undefined && { first }), ...(error !== undefined && { error }) });
});

test('JSON is written as Go writes it', () => {
  expect(goJson({ b: '<a&b>', a: [1.5, 1e21, null, true] })).toBe('{"a":[1.5,1e+21,null,true],"b":"\\u003ca\\u0026b\\u003e"}');
});

test.each(['', 'no', '<html>', '{"a":1} x', '1e999', '{a:1}'])('%s is no JSON', (text) => {
  expect(readJson(text)).toBeUndefined();
});
