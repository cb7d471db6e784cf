import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { mergeIntoDocument } from './merge-document.ts';

function merge(text: string, patch: unknown): string {
  const document = parseDocument(text);
  mergeIntoDocument(document, patch);
  return document.toString();
}

describe('mergeIntoDocument', () => {
  test('changes what the patch names and leaves comments and order alone', () => {
    const text = '# the shop\nspec:\n  replicas: 2 # two are enough\n  strategy:\n    active: a\n    # ask first\n    gate: b\n';
    expect(merge(text, { spec: { strategy: { gate: null }, replicas: 3 } })).toBe(
      '# the shop\nspec:\n  replicas: 3 # two are enough\n  strategy:\n    active: a\n',
    );
  });

  test('merges lists of named items by name, adds new ones and removes on request', () => {
    const text = 'containers:\n  - name: a\n    image: x:1\n    port: 80\n  - name: b\n    image: y:1\n';
    const patch = {
      containers: [
        { name: 'a', image: 'x:2' },
        { name: 'c', image: 'z:1' },
        { name: 'b', $patch: 'delete' },
      ],
    };
    expect(parseDocument(merge(text, patch)).toJS()).toEqual({
      containers: [
        { name: 'a', image: 'x:2', port: 80 },
        { name: 'c', image: 'z:1' },
      ],
    });
  });

  test('replaces other lists whole', () => {
    expect(parseDocument(merge('args: [a, b]\n', { args: ['c'] })).toJS()).toEqual({ args: ['c'] });
  });

  test('creates what is not there, without its nulls', () => {
    expect(parseDocument(merge('a: 1\n', { b: { c: { d: 2, e: null } } })).toJS()).toEqual({ a: 1, b: { c: { d: 2 } } });
  });

  test('does what a JSON merge patch does where no list is named', () => {
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.constant(null),
        fc.array(fc.integer()),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('tree')),
      ),
    })).tree;
    const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value);
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const document = parseDocument(JSON.stringify(target));
        mergeIntoDocument(document, patch);
        expect(document.toJS()).toEqual(rfc7386(target, patch));
      }),
    );
  });
});

/** The algorithm of RFC 7386, word for word. */
function rfc7386(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = rfc7386(result[key], value);
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
