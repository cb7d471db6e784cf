import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { ByteSet, characterClass } from './byte-set.ts';
import type { RegexSyntax } from './tree.ts';
import { RegexError } from './tree.ts';

const UNMATCHED = 'Unmatched [, [^, [:, [., or [=';
const AWK_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', b: '\b' };

/** Parses what follows `[` up to the `]` that ends it. Throws RegexError. */
export function parseBracketExpression(source: Bytes, start: number, syntax: RegexSyntax): { set: ByteSet; end: number } {
  const set = new ByteSet();
  let position = start;
  const isNegated = source[position] === '^';
  if (isNegated) position += 1;
  for (let isFirst = true; ; isFirst = false) {
    if (position >= source.length) throw new RegexError(UNMATCHED);
    if (source[position] === ']' && !isFirst) break;
    const named = takeNamedClass(source, position);
    if (named) {
      set.addAll(named.set);
      position = named.end;
      continue;
    }
    const first = takeMember(source, position, syntax);
    position = first.end;
    if (source[position] === '-' && position + 1 < source.length && source[position + 1] !== ']') {
      const last = takeMember(source, position + 1, syntax);
      position = last.end;
      if (last.code < first.code) throw new RegexError('Invalid range end');
      set.addRange(first.code, last.code);
    } else set.add(first.code);
  }
  return { set: isNegated ? set.complement() : set, end: position + 1 };
}

function takeNamedClass(source: Bytes, position: number): { set: ByteSet; end: number } | undefined {
  if (source[position] !== '[') return undefined;
  const kind = source[position + 1];
  if (kind === '.' || kind === '=') throw new CannotSimulate(`[${kind} in a regular expression is not modelled`);
  if (kind !== ':') return undefined;
  const end = source.indexOf(':]', position + 2);
  if (end < 0) throw new RegexError(UNMATCHED);
  const set = characterClass(source.slice(position + 2, end));
  if (!set) throw new RegexError('Invalid character class name');
  return { set, end: end + 2 };
}

/** Only awk knows escapes inside brackets. */
function takeMember(source: Bytes, position: number, syntax: RegexSyntax): { code: number; end: number } {
  if (syntax !== 'awk' || source[position] !== '\\' || position + 1 >= source.length)
    return { code: source.charCodeAt(position), end: position + 1 };
  const escaped = source[position + 1]!;
  return { code: (AWK_ESCAPES[escaped] ?? escaped).charCodeAt(0), end: position + 2 };
}
