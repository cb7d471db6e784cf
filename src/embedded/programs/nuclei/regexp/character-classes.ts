/** Go's classes of one letter, as the inside of a class: ASCII only. */
export const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  D: '\\u{0}-\\u{2f}\\u{3a}-\\u{10ffff}',
  s: '\\t\\n\\f\\r\\u{20}',
  S: '\\u{0}-\\u{8}\\u{b}\\u{e}-\\u{1f}\\u{21}-\\u{10ffff}',
  w: '0-9A-Za-z_',
  W: '\\u{0}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{5e}\\u{60}\\u{7b}-\\u{10ffff}',
};

const LAST_CODE_POINT = 0x10ffff;

/** POSIX classes and their opposites, as the inside of a class. */
export const POSIX_CLASSES: Readonly<Record<string, { members: string; others: string }>> = Object.fromEntries(
  Object.entries({
    alnum: '0-9A-Za-z',
    alpha: 'A-Za-z',
    ascii: '\u0000-\u007f',
    blank: '\t-\t\u0020-\u0020',
    cntrl: '\u0000-\u001f\u007f-\u007f',
    digit: '0-9',
    graph: '!-~',
    lower: 'a-z',
    print: ' -~',
    punct: '!-/:-@[-`{-~',
    space: '\t-\r\u0020-\u0020',
    upper: 'A-Z',
    word: '0-9A-Z_-_a-z',
    xdigit: '0-9A-Fa-f',
  }).map(([name, ranges]) => [name, bothSides(ranges)]),
);

/** The characters that are the same as this one but for case, itself included. */
export function caseVariants(character: string): string[] {
  const variants = [character, character.toLowerCase(), character.toUpperCase()];
  return [...new Set(variants)].filter((variant) => Array.from(variant).length === 1);
}

/** What a range without regard to case takes beside itself. */
export function foldRange(low: string, high: string): string[] {
  const others = new Set<string>();
  const last = Math.min(high.codePointAt(0)!, 0x24f);
  for (let code = low.codePointAt(0)!; code <= last; code += 1) {
    for (const variant of caseVariants(String.fromCodePoint(code))) if (variant < low || variant > high) others.add(variant);
  }
  return [...others];
}

/** Reads `a-zA-Z` as ranges in ascending order and writes them and what lies between them. */
function bothSides(text: string): { members: string; others: string } {
  const ranges = [...text.matchAll(/([^])-([^])/g)].map(([, low, high]) => [low!.charCodeAt(0), high!.charCodeAt(0)] as const);
  let next = 0;
  let others = '';
  for (const [low, high] of ranges) {
    if (low > next) others += between(next, low - 1);
    next = high + 1;
  }
  others += between(next, LAST_CODE_POINT);
  return { members: ranges.map(([low, high]) => between(low, high)).join(''), others };
}

function between(low: number, high: number): string {
  return `\\u{${low.toString(16)}}-\\u{${high.toString(16)}}`;
}
