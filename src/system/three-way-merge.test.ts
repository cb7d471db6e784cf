import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threeWayMergePatch } from './three-way-merge.ts';

type JsonObject = Record<string, unknown>;

/** RFC 7386. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: JsonObject = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether everything that `part` says is so in `whole`. */
function holds(part: unknown, whole: unknown): boolean {
  if (!isObject(part)) return JSON.stringify(part) === JSON.stringify(whole);
  return isObject(whole) && Object.entries(part).every(([key, value]) => holds(value, whole[key]));
}

const leaf = fc.oneof(
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom('a', 'b'),
  fc.boolean(),
  fc.array(fc.integer({ max: 2 }), { maxLength: 2 }),
);
const key = fc.constantFrom('a', 'b', 'c', 'd');
const { object } = fc.letrec<{ object: JsonObject; value: unknown }>((tie) => ({
  object: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ maxDepth: 3 }, leaf, tie('object')),
}));

describe('threeWayMergePatch', () => {
  it('brings about everything that the new configuration says', () => {
    fc.assert(
      fc.property(object, object, object, (original, modified, current) => {
        const result = mergePatch(current, threeWayMergePatch(original, modified, current));
        expect(holds(modified, result)).toBe(true);
      }),
    );
  });

  it('takes away what only the old configuration said, and keeps what neither said', () => {
    fc.assert(
      fc.property(object, object, object, (original, modified, current) => {
        const result = mergePatch(current, threeWayMergePatch(original, modified, current)) as JsonObject;
        for (const name of Object.keys(current)) {
          if (name in modified) continue;
          if (name in original) expect(result).not.toHaveProperty(name);
          else expect(result[name]).toEqual(current[name]);
        }
      }),
    );
  });

  it('finds nothing to do a second time', () => {
    fc.assert(
      fc.property(object, object, object, (original, modified, current) => {
        const result = mergePatch(current, threeWayMergePatch(original, modified, current)) as JsonObject;
        expect(threeWayMergePatch(modified, modified, result)).toEqual({});
      }),
    );
  });

  it.each<[string, JsonObject, JsonObject, JsonObject, JsonObject]>([
    ['leaves what others added', { a: 1 }, { a: 1 }, { a: 1, b: 2 }, {}],
    ['replaces a list whole', {}, { a: [1, 2] }, { a: [1] }, { a: [1, 2] }],
    ['turns a null into a removal where it was set before', { a: 1 }, { a: null }, { a: 1 }, { a: null }],
    ['takes a null for nothing where it was never set', {}, { a: null }, { a: 1 }, {}],
    ['sends no null inside what is new', {}, { a: { b: null, c: 1 } }, {}, { a: { c: 1 } }],
    ['sets an empty map that is not there', {}, { a: {} }, {}, { a: {} }],
    ['removes deep down', { a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { b: 1, c: 2, d: 3 } }, { a: { c: null } }],
    ['replaces a map by a value', { a: { b: 1 } }, { a: 5 }, { a: { b: 1 } }, { a: 5 }],
  ])('%s', (_what, original, modified, current, patch) => {
    expect(threeWayMergePatch(original, modified, current)).toEqual(patch);
  });

  it('treats __proto__ as a key like any other', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}}') as JsonObject;
    const patch = threeWayMergePatch({}, hostile, {});
    expect(Object.keys(patch)).toEqual(['__proto__']);
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });
});
