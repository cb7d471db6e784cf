import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findMismatches, show } from './match.ts';

const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('"$'));

describe('findMismatches', () => {
  test('every object matches itself', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(findMismatches(value, value)).toEqual([]);
      }),
    );
  });

  test('an object still matches after fields were added to it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json), (wanted, more) => {
        expect(findMismatches({ ...more, ...wanted }, wanted)).toEqual([]);
      }),
    );
  });

  test('a scalar that differs is reported with its path, what was expected and what was found', () => {
    const mismatches = findMismatches({ spec: { replicas: '2' } }, { spec: { replicas: 2 } });
    expect(mismatches).toEqual([{ path: 'spec.replicas', expected: '2', found: '"2"' }]);
  });

  test('every difference is reported, not only the first', () => {
    const mismatches = findMismatches({ a: 1 }, { a: 2, b: { c: 3 } });
    expect(mismatches.map(({ path }) => path)).toEqual(['a', 'b']);
  });

  test('an absent field is nothing, and null asks for absence', () => {
    expect(findMismatches({}, { a: 1 })).toEqual([{ path: 'a', expected: '1', found: 'nothing' }]);
    expect(findMismatches({}, { a: null })).toEqual([]);
    expect(findMismatches({ a: 0 }, { a: null })).toHaveLength(1);
  });

  test('keys of the prototype are not fields', () => {
    expect(findMismatches({}, { toString: { $exists: true } })).toHaveLength(1);
    expect(findMismatches({}, { constructor: { $exists: false } })).toEqual([]);
  });

  describe('lists', () => {
    const containers = [
      { name: 'sidecar', image: 'a:1' },
      { name: 'shop', image: 'b:2', ports: [{ containerPort: 80 }, { containerPort: 8080 }] },
    ];

    test('named items are found by name, wherever they stand', () => {
      expect(findMismatches(containers, [{ name: 'shop', image: 'b:2' }])).toEqual([]);
      expect(findMismatches(containers, [{ name: 'shop', image: 'b:3' }])).toEqual([
        { path: '[shop].image', expected: '"b:3"', found: '"b:2"' },
      ]);
      expect(findMismatches(containers, [{ name: 'db' }])).toEqual([{ path: '[db]', expected: 'there', found: 'nothing' }]);
    });

    test('items without a name may stand anywhere', () => {
      expect(findMismatches(containers, [{ name: 'shop', ports: [{ containerPort: 8080 }] }])).toEqual([]);
      expect(findMismatches(containers, [{ name: 'shop', ports: [{ containerPort: 81 }] }])).toHaveLength(1);
      expect(findMismatches(['a', 'b'], ['b'])).toEqual([]);
      expect(findMismatches(['a', 'b'], ['c'])).toHaveLength(1);
    });

    test('of an item that is nearly as wanted it is said what is wrong with it', () => {
      const conditions = [
        { type: 'Ready', status: 'True' },
        { type: 'Succeeded', status: 'True' },
      ];
      const wanted = (...items: unknown[]) => findMismatches({ conditions }, { conditions: items });
      expect(wanted({ type: 'Succeeded', status: 'False' })).toEqual([
        { path: 'conditions[1].status', expected: '"False"', found: '"True"' },
      ]);
      const whole = { path: 'conditions', found: JSON.stringify(conditions) };
      expect(wanted({ type: 'Other', status: 'True' })).toEqual([{ ...whole, expected: 'a list with {"type":"Other","status":"True"}' }]);
      expect(wanted({ type: 'Other' })).toEqual([{ ...whole, expected: 'a list with {"type":"Other"}' }]);
      expect(wanted({ $oneOf: ['a', 'b'] })).toEqual([{ ...whole, expected: 'a list with "a" or "b"' }]);
      expect(wanted('a')).toEqual([{ ...whole, expected: 'a list with "a"' }]);
    });

    test('something else than a list is no list', () => {
      expect(findMismatches({ 0: 'a' }, ['a'])).toEqual([{ path: '(the object)', expected: 'a list', found: '{"0":"a"}' }]);
      expect(findMismatches('text', { a: 1 })).toEqual([{ path: '(the object)', expected: 'an object', found: '"text"' }]);
    });
  });

  describe('operators', () => {
    test.each([
      [{ $oneOf: ['a', 'b'] }, 'b', true],
      [{ $oneOf: ['a', 'b'] }, 'c', false],
      [{ $oneOf: [] }, undefined, false],
      [{ $oneOf: [{ x: 1 }, 'b'] }, { x: 1, y: 2 }, true],
      [{ $matches: '^1\\.' }, '1.2', true],
      [{ $matches: '^1\\.' }, '2.1', false],
      [{ $matches: '^1\\.', $says: 'release 1' }, '1.2', true],
      [{ $matches: '^12$' }, 12, true],
      [{ $matches: '.' }, undefined, false],
      [{ $matches: 'object' }, {}, false],
      [{ $not: 'a' }, 'b', true],
      [{ $not: 'a' }, 'a', false],
      [{ $not: { x: 1 } }, { x: 1, y: 1 }, false],
      [{ $not: { $exists: true } }, undefined, true],
      [{ $exists: true }, 0, true],
      [{ $exists: true }, null, false],
      [{ $exists: false }, undefined, true],
      [{ $exists: false }, '', false],
    ])('%j on %j', (wanted, actual, matches) => {
      expect(findMismatches({ field: actual }, { field: wanted })).toHaveLength(matches ? 0 : 1);
    });

    test.each([
      [undefined, { $oneOf: ['a', 'b'] }, '"a" or "b"'],
      ['b', { $matches: '^a' }, 'text that matches ^a'],
      ['b', { $matches: '^a', $says: 'text that begins with a' }, 'text that begins with a'],
      [['c'], [{ $oneOf: ['a', 'b'], $says: 'one of the first two' }], 'a list with one of the first two'],
      [1, { $not: 1 }, 'anything but 1'],
      [undefined, { $exists: true }, 'set'],
      [['c'], [{ $oneOf: ['a', 'b'] }], 'a list with "a" or "b"'],
      [['c'], ['a'], 'a list with "a"'],
    ])('%j held against %j is told as %s', (actual, wanted, expected) => {
      expect(findMismatches(actual, wanted).map((found) => found.expected)).toEqual([expected]);
    });

    test('not set', () => {
      expect(findMismatches(1, { $exists: false })).toEqual([{ path: '(the object)', expected: 'not set', found: '1' }]);
    });

    test('an operator beside other keys is an ordinary key', () => {
      expect(findMismatches({ $exists: true, a: 1 }, { $exists: true, a: 1 })).toEqual([]);
      expect(findMismatches({ a: 1 }, { $exists: true, a: 1 })).toHaveLength(1);
    });

    test.each([[{ $oneOf: 'a' }], [{ $matches: 1 }], [{ $exists: 'yes' }]])('%j is no operator', (wanted) => {
      expect(findMismatches(wanted, wanted)).toEqual([]);
    });
  });

  test('long values are cut', () => {
    expect(show('x'.repeat(500))).toHaveLength(121);
    expect(show('x'.repeat(500))).toMatch(/…$/);
    expect(show(['a'])).toBe('["a"]');
  });
});
