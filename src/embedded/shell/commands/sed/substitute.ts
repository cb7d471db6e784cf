import type { Bytes } from '../../kernel/bytes.ts';
import type { Regex, RegexMatch } from '../../regex/compile.ts';
import type { ReplacementPart, Substitution } from './tree.ts';

/** Carries out an `s` on a text; undefined when nothing matched. */
export function substitute(text: Bytes, regex: Regex, { replacement, isGlobal, occurrence }: Substitution): Bytes | undefined {
  let result = '';
  let copied = 0;
  let count = 0;
  let hasReplaced = false;
  let lastEnd = -1;
  for (let from = 0; from <= text.length;) {
    const match = regex.exec(text, from);
    if (!match) break;
    const isEmpty = match.end === match.start;
    from = isEmpty ? match.end + 1 : match.end;
    // Why: an empty match right behind another match is none.
    if (isEmpty && match.start === lastEnd) continue;
    lastEnd = match.end;
    count += 1;
    if (count < occurrence) continue;
    result += text.slice(copied, match.start) + expandReplacement(text, match, replacement);
    copied = match.end;
    hasReplaced = true;
    if (!isGlobal) break;
  }
  return hasReplaced ? result + text.slice(copied) : undefined;
}

function expandReplacement(text: Bytes, match: RegexMatch, parts: readonly ReplacementPart[]): Bytes {
  let result = '';
  let lasting: 'upper' | 'lower' | 'none' = 'none';
  let once: 'upper-next' | 'lower-next' | undefined;
  for (const part of parts) {
    if (part.kind === 'case') {
      if (part.change === 'upper-next' || part.change === 'lower-next') once = part.change;
      else lasting = part.change;
      continue;
    }
    const piece =
      part.kind === 'text' ? part.text : part.index === 0 ? text.slice(match.start, match.end) : (match.groups[part.index - 1] ?? '');
    if (piece === '') continue;
    result += changeCase(piece, lasting, once);
    once = undefined;
  }
  return result;
}

function changeCase(text: Bytes, lasting: 'upper' | 'lower' | 'none', once: 'upper-next' | 'lower-next' | undefined): Bytes {
  const whole = lasting === 'upper' ? toUpper(text) : lasting === 'lower' ? toLower(text) : text;
  if (once === undefined) return whole;
  return (once === 'upper-next' ? toUpper(whole[0]!) : toLower(whole[0]!)) + whole.slice(1);
}

function toUpper(text: Bytes): Bytes {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function toLower(text: Bytes): Bytes {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
