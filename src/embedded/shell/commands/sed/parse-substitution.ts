import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { compileRegex } from '../../regex/compile.ts';
import { RegexError } from '../../regex/tree.ts';
import { decodeRegexEscapes, readEscape } from './escapes.ts';
import type { ScriptSource } from './script-source.ts';
import type { ReplacementPart, SedRegex, Substitution } from './tree.ts';

export interface SedSyntax {
  isExtended: boolean;
}

interface RegexFlags extends SedSyntax {
  ignoreCase: boolean;
  multiline: boolean;
}

/** Reads up to a delimiter that has no backslash, and past it; undefined when there is none. Brackets hide it in a regular expression. */
export function readDelimited(
  source: ScriptSource,
  { isRegex = false, delimiter = '/' }: { isRegex?: boolean; delimiter?: string },
): Bytes | undefined {
  let text = '';
  for (;;) {
    if (isRegex) {
      const bracket = source.take(/\[\^?\]?(?:\[[:.=](?:[^\]]|(?<![:.=])\])*\]|[^\]\n[]|\[(?![:.=]))*\]/y);
      if (bracket) text += bracket[0];
    }
    const character = source.next();
    if (character === delimiter) return text;
    if (character === '' || (character === '\n' && isRegex)) return undefined;
    if (character !== '\\') {
      text += character;
      continue;
    }
    const escaped = source.next();
    if (escaped === '') return undefined;
    const losesBackslash = escaped === delimiter && !(!isRegex && escaped === '&');
    text += losesBackslash ? escaped : `\\${escaped}`;
  }
}

/** Compiles a regular expression; an empty one stands for the last that was used. Throws CommandError. */
export function compileSedRegex(source: ScriptSource, text: Bytes, { isExtended, ignoreCase, multiline }: RegexFlags): SedRegex {
  if (text === '') return undefined;
  try {
    const regex = compileRegex(decodeRegexEscapes(text), { syntax: isExtended ? 'extended' : 'basic', ignoreCase, multiline });
    return regex;
  } catch (error) {
    if (error instanceof RegexError) throw source.error(error.message);
    throw error;
  }
}

/** Parses `s` from its first delimiter on. */
export function parseSubstitution(source: ScriptSource, syntax: SedSyntax): Substitution {
  const delimiter = source.next();
  if (delimiter === '\n' || delimiter === '\\') throw source.error("unterminated `s' command");
  const pattern = delimiter === '' ? undefined : readDelimited(source, { isRegex: true, delimiter });
  const right = pattern === undefined ? undefined : readReplacement(source, delimiter);
  if (pattern === undefined || right === undefined) throw source.error("unterminated `s' command");
  const flags = readFlags(source);
  const regex = compileSedRegex(source, pattern, { ...syntax, ...flags });
  const replacement = parseReplacement(right);
  for (const part of replacement) {
    if (part.kind === 'group' && regex && part.index > regex.groupCount)
      throw source.error(`invalid reference \\${part.index} on \`s' command's RHS`);
  }
  return { regex, replacement, ...flags };
}

/** A newline in it needs a backslash. */
function readReplacement(source: ScriptSource, delimiter: string): Bytes | undefined {
  const text = readDelimited(source, { delimiter });
  return text !== undefined && /^(?:\\[^]|[^\\\n])*$/.test(text) ? text : undefined;
}

type Flags = Omit<Substitution, 'regex' | 'replacement'> & { ignoreCase: boolean; multiline: boolean };

function readFlags(source: ScriptSource): Flags {
  const flags: Flags = { isGlobal: false, occurrence: 1, prints: false, file: undefined, ignoreCase: false, multiline: false };
  let hasNumber = false;
  for (;;) {
    source.skipBlanks();
    const number = source.take(/\d+/y);
    if (number) {
      if (hasNumber) throw source.error("multiple number options to `s' command");
      flags.occurrence = Number(number[0]);
      if (flags.occurrence === 0) throw source.error("number option to `s' command may not be zero");
      hasNumber = true;
      continue;
    }
    const letter = source.peek();
    if (letter === '' || /[\n;}#\r]/.test(letter)) return flags;
    source.next();
    if (letter === 'w') {
      source.skipBlanks();
      flags.file = source.take(/[^\n]*/y)![0];
      if (flags.file === '') throw source.error('missing filename in r/R/w/W commands');
      return flags;
    }
    setFlag(source, flags, letter);
  }
}

function setFlag(source: ScriptSource, flags: Flags, letter: string): void {
  if (letter === 'g') {
    if (flags.isGlobal) throw source.error("multiple `g' options to `s' command");
    flags.isGlobal = true;
  } else if (letter === 'p') {
    if (flags.prints) throw source.error("multiple `p' options to `s' command");
    flags.prints = true;
  } else if (letter === 'i' || letter === 'I') flags.ignoreCase = true;
  else if (letter === 'm' || letter === 'M') flags.multiline = true;
  else if (letter === 'e') throw new CannotSimulate('sed: the flag e of s is not modelled');
  else throw source.error("unknown option to `s'");
}

const CASE_CHANGES: Readonly<Record<string, (ReplacementPart & { kind: 'case' })['change']>> = {
  U: 'upper',
  L: 'lower',
  E: 'none',
  u: 'upper-next',
  l: 'lower-next',
};

function parseReplacement(text: Bytes): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  const add = (literal: Bytes): void => {
    const last = parts.at(-1);
    if (last?.kind === 'text') last.text += literal;
    else parts.push({ kind: 'text', text: literal });
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]!;
    if (character === '&') parts.push({ kind: 'group', index: 0 });
    else if (character !== '\\') add(character);
    else {
      const escaped = text[index + 1] ?? '\\';
      const change = CASE_CHANGES[escaped];
      const escape = readEscape(text, index + 1);
      index += escape?.length ?? 1;
      if (change) parts.push({ kind: 'case', change });
      else if (/\d/.test(escaped)) parts.push({ kind: 'group', index: Number(escaped) });
      else add(escape?.character ?? escaped);
    }
  }
  return parts;
}
