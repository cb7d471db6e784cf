import type { Bytes } from '../../kernel/bytes.ts';
import { CommandError } from '../io/command-error.ts';

export type TokenKind = 'number' | 'string' | 'name' | 'function-name' | 'keyword' | 'built-in' | 'operator' | 'newline' | 'end';

export interface Token {
  kind: TokenKind;
  text: Bytes;
  line: number;
}

const KEYWORDS = new Set(
  'BEGIN END function if else while for do break continue next nextfile exit return delete in getline print printf'.split(' '),
);
export const BUILT_INS: ReadonlySet<string> = new Set(
  'atan2 close cos exp fflush gsub index int length log match mktime rand sin split sprintf sqrt srand strftime sub substr system systime tolower toupper'.split(
    ' ',
  ),
);
const OPERATOR = /&&|\|\||\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|>>|[-+*/%^!<>|?:~$=,;(){}[\]]/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Splits a program into tokens, one at a time, because only the parser knows whether a slash divides. */
export class Lexer {
  readonly #source: Bytes;
  #position = 0;
  #line = 1;

  constructor(source: Bytes) {
    this.#source = source;
  }

  next(): Token {
    this.#skip();
    const line = this.#line;
    const character = this.#source[this.#position];
    if (character === undefined) return { kind: 'end', text: '', line };
    if (character === '\n') {
      this.#position += 1;
      this.#line += 1;
      return { kind: 'newline', text: '\n', line };
    }
    if (character === '"') return { kind: 'string', text: this.#string(), line };
    const number = this.#take(NUMBER);
    if (number !== undefined) return { kind: 'number', text: number, line };
    const name = this.#take(/[A-Za-z_]\w*/y);
    if (name !== undefined) return this.#word(name, line);
    const operator = this.#take(OPERATOR);
    if (operator === undefined) throw new CommandError(`line ${line}: unexpected character '${character}'`, 2);
    return { kind: 'operator', text: operator, line };
  }

  /** Reads a regular expression whose first slash (with what followed it, for `/=`) has just been taken. */
  regex(taken: Bytes): Bytes {
    let text = taken;
    let isInBrackets = false;
    for (;;) {
      const character = this.#source[this.#position++];
      if (character === undefined || character === '\n')
        throw new CommandError(`line ${this.#line}: regular expression ${text} exceeds implementation size limit or is not terminated`, 2);
      if (character === '/' && !isInBrackets) return text;
      if (character === '\\') {
        const escaped = this.#source[this.#position++] ?? '';
        text += escaped === '/' ? '/' : `\\${escaped}`;
        continue;
      }
      if (character === '[' && !isInBrackets) {
        isInBrackets = true;
        text += character + (this.#take(/\^?\]?/y) ?? '');
        continue;
      }
      if (character === ']') isInBrackets = false;
      text += character;
    }
  }

  /** Whether a sticky expression matches what follows the token that was read last. */
  isFollowedBy(pattern: RegExp): boolean {
    pattern.lastIndex = this.#position;
    return pattern.test(this.#source);
  }

  #word(name: Bytes, line: number): Token {
    if (KEYWORDS.has(name)) return { kind: 'keyword', text: name, line };
    if (BUILT_INS.has(name)) return { kind: 'built-in', text: name, line };
    return { kind: this.#source[this.#position] === '(' ? 'function-name' : 'name', text: name, line };
  }

  #skip(): void {
    for (;;) {
      if (this.#take(/[ \t\r]+/y) !== undefined) continue;
      if (this.#take(/#[^\n]*/y) !== undefined) continue;
      if (this.#take(/\\\r?\n/y) === undefined) return;
      this.#line += 1;
    }
  }

  #string(): Bytes {
    const text = this.#take(/"(?:\\[^]|[^"\\\n])*"/y);
    if (text === undefined)
      throw new CommandError(
        `line ${this.#line}: runaway string constant ${this.#source.slice(this.#position, this.#position + 10)} ...`,
        2,
      );
    return decodeString(text.slice(1, -1));
  }

  #take(pattern: RegExp): Bytes | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#source);
    if (!found || found[0] === '') return undefined;
    this.#position = pattern.lastIndex;
    return found[0];
  }
}

/** Puts characters for the escapes of a string; an unknown escape stays as it is. */
export function decodeString(text: Bytes): Bytes {
  return text.replace(/\\(?:([0-7]{1,3})|\n|([^]))/g, (whole: string, octal?: string, character?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255);
    if (character === undefined) return '';
    return ESCAPES[character] ?? whole;
  });
}
