import { ExpressionError } from './expression-error.ts';
import type { Token, TokenKind } from './token.ts';

const WORD = /^[\p{L}_$\p{Nd}]+/u;
const WORD_CHARACTER = /^[\p{L}_$\p{Nd}]/u;
const OPERATOR_WORDS: ReadonlySet<string> = new Set([
  'not',
  'in',
  'or',
  'and',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
]);
const NUMBER = /^(0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*)(\.(?!\.)[0-9_]*)?([eE][+-]?[0-9_]*)?/;
const SYMBOLS: readonly [RegExp, TokenKind][] = [
  [/^\?[.?]?/, 'Operator'],
  [/^\|\|?/, 'Operator'],
  [/^::?/, 'Operator'],
  [/^[([{)\]}]/, 'Bracket'],
  [/^[,;%+\-^/]/, 'Operator'],
  [/^[&!=*<>][&=*]?/, 'Operator'],
  [/^\.\.?/, 'Operator'],
];
const SPACE_OR_COMMENT = /^(\s+|\/\/[^\n]*\n?|\/\*[^]*?\*\/)/;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const CODE_ESCAPE = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|u\{([0-9a-fA-F]{1,6})\}|([0-7]{3}))/;

/** Cuts an expression into tokens, one at a time, so that an error shows only when it is reached. Models expr parser/lexer. */
export class Lexer {
  #rest: string;
  #stashed: Token | undefined;
  #isOver = false;

  constructor(source: string) {
    this.#rest = source;
  }

  /** The next token, EOF once; throws ExpressionError for what is no token and for asking further. */
  next(): Token {
    const stashed = this.#stashed;
    this.#stashed = undefined;
    return stashed ?? this.#scan();
  }

  #scan(): Token {
    for (let space = SPACE_OR_COMMENT.exec(this.#rest); space; space = SPACE_OR_COMMENT.exec(this.#rest)) this.#skip(space[0]);
    if (this.#rest === '') return this.#end();
    if (this.#rest.startsWith('/*')) throw new ExpressionError('unclosed comment');
    const first = this.#rest[0]!;
    if (first === "'" || first === '"') return { kind: 'String', value: this.#string(first) };
    if (first === '`') return { kind: 'String', value: this.#rawString() };
    if (/^(\d|\.\d)/.test(this.#rest)) return this.#number();
    if (first === '#') return this.#pointer();
    for (const [pattern, kind] of SYMBOLS) {
      const symbol = pattern.exec(this.#rest);
      if (symbol) return { kind, value: this.#skip(symbol[0]) };
    }
    const word = WORD.exec(this.#rest);
    if (!word) throw new ExpressionError(`unrecognized character: ${nameCharacter(this.#rest)}`);
    this.#skip(word[0]);
    return { kind: OPERATOR_WORDS.has(word[0]) ? 'Operator' : 'Identifier', value: word[0] };
  }

  #skip(text: string): string {
    this.#rest = this.#rest.slice(text.length);
    return text;
  }

  #end(): Token {
    if (this.#isOver) throw new ExpressionError('unexpected end of expression');
    this.#isOver = true;
    return { kind: 'EOF', value: '' };
  }

  #number(): Token {
    const [value] = NUMBER.exec(this.#rest)!;
    this.#skip(value);
    const next = WORD_CHARACTER.exec(this.#rest);
    if (next) throw new ExpressionError(`bad number syntax: ${JSON.stringify(value + next[0])}`);
    return { kind: 'Number', value };
  }

  /** The element of a closure: `#`, with a name right behind it for `#index` and `#acc`. */
  #pointer(): Token {
    this.#skip('#');
    const name = WORD.exec(this.#rest);
    if (name) this.#stashed = { kind: 'Identifier', value: this.#skip(name[0]) };
    return { kind: 'Operator', value: '#' };
  }

  #rawString(): string {
    const raw = /^`((?:[^`]|``)*)`/.exec(this.#rest);
    if (!raw) throw new ExpressionError('literal not terminated');
    this.#skip(raw[0]);
    return raw[1]!.replaceAll('``', '`');
  }

  #string(quote: string): string {
    this.#skip(quote);
    let text = '';
    while (!this.#rest.startsWith(quote)) {
      if (this.#rest === '' || this.#rest.startsWith('\n')) throw new ExpressionError('literal not terminated');
      text += this.#rest.startsWith('\\') ? this.#escape() : this.#skip(this.#rest[0]!);
    }
    this.#skip(quote);
    return text;
  }

  #escape(): string {
    const simple = SIMPLE_ESCAPES[this.#rest[1] ?? ''];
    if (simple !== undefined) {
      this.#skip(this.#rest.slice(0, 2));
      return simple;
    }
    const [escape, ...codes] = CODE_ESCAPE.exec(this.#rest) ?? [];
    if (escape === undefined) throw new ExpressionError('invalid char escape');
    this.#skip(escape);
    const octal = codes[4];
    const code =
      octal === undefined
        ? parseInt(
            codes.find((digits) => digits !== undefined)!,
            16,
          )
        : parseInt(octal, 8);
    if (code > 0x10ffff) throw new ExpressionError('unable to unescape string');
    return String.fromCodePoint(code);
  }
}

function nameCharacter(text: string): string {
  const code = text.codePointAt(0)!;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
}
