import type { Bytes } from '../../kernel/bytes.ts';
import type { Regex } from '../../regex/compile.ts';

/** `substr` as this mawk counts: a start before the text makes the piece longer, not shorter. */
export function substr(text: Bytes, start: number, length: number | undefined): Bytes {
  const begin = Math.trunc(start);
  if (Number.isNaN(begin)) return '';
  const from = Math.max(begin, 1) - 1;
  if (length === undefined) return text.slice(from);
  const count = Math.trunc(length) - Math.min(begin, 0);
  return count > 0 ? text.slice(from, from + count) : '';
}

/** `sub` and `gsub`; answers the new text and how often something was replaced. */
export function replaceMatches(text: Bytes, regex: Regex, replacement: Bytes, isGlobal: boolean): { text: Bytes; count: number } {
  let result = '';
  let copied = 0;
  let count = 0;
  let lastEnd = -1;
  for (let from = 0; from <= text.length;) {
    const match = regex.exec(text, from);
    if (!match) break;
    const isEmpty = match.end === match.start;
    from = isEmpty ? match.end + 1 : match.end;
    if (isEmpty && match.start === lastEnd) continue;
    lastEnd = match.end;
    count += 1;
    result += text.slice(copied, match.start) + expand(replacement, text.slice(match.start, match.end));
    copied = match.end;
    if (!isGlobal) break;
  }
  return { text: result + text.slice(copied), count };
}

/** `&` is the match, `\&` an ampersand, `\\` a backslash before either. */
function expand(replacement: Bytes, match: Bytes): Bytes {
  return replacement.replace(/\\\\(?=&|\\)|\\&|&/g, (found) => (found === '&' ? match : found === '\\&' ? '&' : '\\'));
}

export function lowerCase(text: Bytes): Bytes {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function upperCase(text: Bytes): Bytes {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
