import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGoRegExp } from './go-regexp.ts';

const firstMatch = (pattern: string, text: string): string | undefined => compileGoRegExp(pattern)!.findAll(text)[0]?.[0];

describe('a pattern in Go’s syntax', () => {
  test.each<[pattern: string, text: string, match: string | undefined]>([
    ['sql.{0,20}error', 'sql: an error', 'sql: an error'],
    ['(?i)SQL', 'a sql b', 'sql'],
    ['a(?i)b', 'aB', 'aB'],
    ['a(?i)b', 'AB', undefined],
    ['(?i:a)b', 'Ab', 'Ab'],
    ['(?i:a)b', 'AB', undefined],
    ['(a(?i)b)c', 'aBC', undefined],
    ['(?i)[a-c]+x', 'ABCx', 'ABCx'],
    ['(?i)[^a]', 'A', undefined],
    ['a.b', 'a\nb', undefined],
    ['a.b', 'a\rb', 'a\rb'],
    ['(?s)a.b', 'a\nb', 'a\nb'],
    ['^b', 'a\nb', undefined],
    ['(?m)^b$', 'a\nb\nc', 'b'],
    ['(?m)^b$', 'a\rb\rc', undefined],
    ['a$', 'a\n', undefined],
    ['\\Aa\\z', 'a', 'a'],
    ['\\Qa.b*\\E', 'xa.b*', 'a.b*'],
    ['\\s', '\u00a0', undefined],
    ['\\s', '\v', undefined],
    ['\\w+', 'é_a1', '_a1'],
    ['[\\w-]+', 'a-b c', 'a-b'],
    ['[[:alpha:]]+', '12ab3', 'ab'],
    ['[[:^digit:]]+', '12ab3', 'ab'],
    ['[]a]+', 'x]a]', ']a]'],
    ['[^]a]+', ']xya', 'xy'],
    ['\\pL+', '1äß2', 'äß'],
    ['\\p{Greek}+', 'aλμ', 'λμ'],
    ['\\x41\\x{42}\\103', 'ABC', 'ABC'],
    ['(?P<year>\\d{4})-(?<month>\\d\\d)', '2026-11', '2026-11'],
    ['a{,2}', 'a{,2}', 'a{,2}'],
    ['a{2,}?', 'aaa', 'aa'],
    ['(?U)a+', 'aaa', 'a'],
    ['(?U)a+?', 'aaa', 'aaa'],
    ['a|ab', 'ab', 'a'],
    ['\\"\\/\\-\\:\\_'.replace('\\_', '_'), '"/-:_', '"/-:_'],
    ['\\bword\\b', 'a word.', 'word'],
    ['<script>alert\\(1\\)</script>', '<b><script>alert(1)</script>', '<script>alert(1)</script>'],
    ['☕+', 'x☕☕', '☕☕'],
  ])('%s in %j', (pattern, text, match) => {
    expect(firstMatch(pattern, text)).toBe(match);
  });

  test.each([
    '(',
    ')',
    'a)',
    '[a',
    'a**',
    '*a',
    '+',
    'a{2}{3}',
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?>a)',
    '\\1',
    '(a)\\1',
    'a{1001}',
    'a{3,2}',
    '\\',
    '[z-a]',
    '\\p{Nonsense}',
    '\\y',
    '[[:nonsense:]]',
    '(?P<a>x)(?P<a>y)',
  ])('%s is refused', (pattern) => {
    expect(compileGoRegExp(pattern)).toBeUndefined();
  });

  test('gives every match with its groups', () => {
    expect(compileGoRegExp('(\\w)=(\\d)?')!.findAll('a=1 b= c=3')).toEqual([
      ['a=1', 'a', '1'],
      ['b=', 'b', ''],
      ['c=3', 'c', '3'],
    ]);
  });

  test('leaves out an empty match right after another', () => {
    expect(
      compileGoRegExp('a*')!
        .findAll('baac')
        .map(([match]) => match),
    ).toEqual(['', 'aa', '']);
  });

  test('finds any text that it quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (text, around) => {
        fc.pre(!text.includes('\\E'));
        expect(compileGoRegExp(`\\Q${text}\\E`)!.test(`${around}${text}${around}`)).toBe(true);
      }),
    );
  });
});
