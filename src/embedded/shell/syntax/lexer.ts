import type { Bytes } from '../kernel/bytes.ts';
import type { Source } from './source.ts';
import type { Dialect, Word } from './tree.ts';
import type { WordReader } from './word-reader.ts';

/** The smallest unit of the grammar. */
export interface Token {
  kind: 'word' | 'operator' | 'newline' | 'end';
  /** The operator; for a word that is one unquoted literal, that literal, else empty. */
  text: Bytes;
  word: Word;
  /** The number written directly in front of a redirection operator. */
  descriptor: number | undefined;
  line: number;
}

const OPERATORS: Readonly<Record<Dialect, readonly string[]>> = {
  dash: ['&&', '||', ';;', '<<-', '<<', '>>', '<&', '>&', '<>', '>|', ';', '&', '|', '(', ')', '<', '>'],
  bash: [
    '&>>',
    '<<<',
    '<<-',
    ';;&',
    '&&',
    '||',
    ';;',
    ';&',
    '|&',
    '<<',
    '>>',
    '<&',
    '>&',
    '&>',
    '<>',
    '>|',
    ';',
    '&',
    '|',
    '(',
    ')',
    '<',
    '>',
  ],
};

/** Operators that redirect. */
export const REDIRECTION_OPERATORS: ReadonlySet<string> = new Set([
  '<',
  '>',
  '>>',
  '<<',
  '<<-',
  '<&',
  '>&',
  '<>',
  '>|',
  '<<<',
  '&>',
  '&>>',
]);

/** Cuts a source into tokens. */
export class Lexer {
  readonly source: Source;
  readonly #words: WordReader;

  constructor(source: Source, words: WordReader) {
    this.source = source;
    this.#words = words;
  }

  /** The next token; comments and blanks in front of it are skipped. */
  next(): Token {
    this.#skipBlanks();
    const { line } = this.source;
    const token = (kind: Token['kind'], text: Bytes, word: Word = [], descriptor?: number): Token => ({
      kind,
      text,
      word,
      descriptor,
      line,
    });
    const character = this.source.peek();
    if (character === '') return token('end', '');
    if (character === '\n') {
      this.source.next();
      return token('newline', '\n');
    }
    const descriptor = this.#takeDescriptor();
    const isWord = descriptor === undefined && this.#words.startsProcessSubstitution();
    const operator = isWord ? undefined : OPERATORS[this.#words.dialect].find((candidate) => this.source.startsWith(candidate));
    if (operator !== undefined) {
      this.source.skip(operator.length);
      return token('operator', operator, [], descriptor);
    }
    const word = this.#words.readWord();
    const only = word.length === 1 ? word[0] : undefined;
    return token('word', only?.kind === 'literal' && !only.quoted ? only.text : '', word);
  }

  #skipBlanks(): void {
    for (;;) {
      this.source.takeMatch(/(?:[ \t]|\\\n)+/y);
      if (this.source.peek() !== '#') return;
      this.source.takeMatch(/[^\n]*/y);
    }
  }

  /** dash takes one digit as a descriptor, bash any number. */
  #takeDescriptor(): number | undefined {
    let length = 0;
    while (/[0-9]/.test(this.source.peek(length)) && (length === 0 || this.#words.dialect === 'bash')) length += 1;
    const after = this.source.peek(length);
    if (length === 0 || (after !== '<' && after !== '>')) return undefined;
    let digits = '';
    for (let index = 0; index < length; index += 1) digits += this.source.next();
    return Number(digits);
  }
}
