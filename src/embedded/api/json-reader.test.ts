import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSyntaxError, MAX_JSON_DEPTH, readJson } from './json-reader.ts';

const problemOf = (text: string): string => {
  try {
    readJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
  return 'none';
};

describe('readJson', () => {
  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        expect(readJson(JSON.stringify(value, null, indent))).toEqual({ value, duplicates: [] });
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const characters = fc.constantFrom(...'{}[]",:\\ \n0123456789-+.eEtrufalsn\u0001xy'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(problemOf(text) === 'none').toBe(isJson);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{a', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1', "invalid character '1' after object key"],
    ['{"a":1 2', "invalid character '2' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['01', "invalid character '1' after top-level value"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['trux', "invalid character 'x' in literal true (expecting 'e')"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
  ])('says of %j: %s', (text, problem) => expect(problemOf(text)).toBe(problem));

  it('names every key that is there twice, with its path', () => {
    const text = '{"a":1,"b":{"c":[{"d":1},{"d":1,"e":{},"d":2}],"x":0,"x":1},"a":2,"a":3,"\\u0061":4}';
    expect(readJson(text).duplicates).toEqual(['b.c[1].d', 'b.x', 'a']);
  });

  it('does not mistake text in strings for keys', () => {
    expect(readJson('{"a":"\\"b\\":1","b\\\\":"c","d":":","e" : "{\\"a\\":1}"}').duplicates).toEqual([]);
  });

  it('keeps __proto__ an ordinary key', () => {
    const { value } = readJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses to go too deep, and nothing else', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(problemOf(nested(MAX_JSON_DEPTH))).toBe('none');
    expect(problemOf(nested(MAX_JSON_DEPTH + 1))).toContain('exceeded max depth');
    expect(problemOf('['.repeat(2_000_000))).toContain('exceeded max depth');
    expect(problemOf('{"a":'.repeat(100_000))).toContain('exceeded max depth');
  });
});
