import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { readBashOperation } from './bash-parameter.ts';
import { Source } from './source.ts';
import { ShellSyntaxError } from './syntax-error.ts';
import type { Command, Dialect, ParameterOperation, Word, WordPart } from './tree.ts';

/** How characters are read: outside quotes, inside double quotes, as a here-document, as arithmetic. */
export type QuotingMode = 'plain' | 'double' | 'here-document' | 'arithmetic';

/** Reads the commands inside `$(…)` up to the closing parenthesis, or all of a source. */
export interface SubstitutionParser {
  parseUntilParenthesis(source: Source): Command | undefined;
  parseAll(source: Source): Command | undefined;
}

const PLAIN_RUN = /[^\s;&|<>()$`"'\\{}]+/y;
const DOUBLE_RUN = /[^$`"\\}]+/y;
const HERE_RUN = /[^$`\\}]+/y;
const ARITHMETIC_RUN = /[^$`"\\()]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const METACHARACTERS = ' \t\n;&|<>()';
const ESCAPABLE_IN_QUOTES = '$`"\\';

/** Reads words, with every quoting and `$` form in them, from a source. */
export class WordReader {
  readonly source: Source;
  readonly dialect: Dialect;
  readonly #commands: SubstitutionParser;

  constructor(source: Source, dialect: Dialect, commands: SubstitutionParser) {
    this.source = source;
    this.dialect = dialect;
    this.#commands = commands;
  }

  /** The same reader for another text. */
  on(source: Source): WordReader {
    return new WordReader(source, this.dialect, this.#commands);
  }

  /** Reads an unquoted word up to the next metacharacter. */
  readWord(): Word {
    return this.#read('plain', (character) => METACHARACTERS.includes(character));
  }

  /** Reads the whole source as the body of a here-document. */
  readHereDocument(): Word {
    return this.#read('here-document', () => false);
  }

  /** Reads up to and including the `}` that ends `${name op …}`. */
  readBraceWord(quoted: boolean, mode: QuotingMode = quoted ? 'double' : 'plain'): Word {
    const word = this.#read(mode, (character) => character === '}', quoted);
    if (this.source.peek() === '') throw this.error("Missing '}'");
    this.source.next();
    return word;
  }

  /** Reads an operand inside `${…}` up to one of the given characters, which is left to be read. */
  readOperand(quoted: boolean, ends: Bytes): Word {
    return this.#read(quoted ? 'double' : 'plain', (character) => ends.includes(character), quoted);
  }

  /** Reads arithmetic up to and including the `))` that ends it. */
  readArithmetic(): Word {
    let depth = 0;
    const word = this.#read('arithmetic', (character) => {
      if (character === '(') depth += 1;
      if (character !== ')') return false;
      depth -= 1;
      return depth < 0;
    });
    if (!this.source.startsWith('))')) throw this.error("Missing '))'");
    this.source.skip(2);
    return word;
  }

  error(message: string): ShellSyntaxError {
    return new ShellSyntaxError(message, this.source.line);
  }

  #read(mode: QuotingMode, isEnd: (character: Bytes) => boolean, quoted = mode === 'double'): Word {
    const parts = new PartList();
    const isQuoted = quoted || mode !== 'plain';
    for (;;) {
      const character = this.source.peek();
      if (mode === 'plain' && this.startsProcessSubstitution()) {
        this.#readProcessSubstitution(parts);
        continue;
      }
      if (character === '' || isEnd(character)) return parts.finish();
      if (character === '\\') this.#readBackslash(mode, isEnd('}'), parts);
      else if (character === '$') this.#readDollar(mode, isQuoted, parts);
      else if (character === '`') this.#readBackquotes(mode, isQuoted, parts);
      else if (character === "'" && mode === 'plain') this.#readSingleQuotes(parts);
      else if (character === '"' && mode !== 'here-document') this.#readDoubleQuotes(mode, quoted, parts);
      else this.#readLiteral(mode, isQuoted, isEnd, parts);
    }
  }

  /** bash: whether `<(` or `>(` comes next. */
  startsProcessSubstitution(): boolean {
    return this.dialect === 'bash' && (this.source.startsWith('<(') || this.source.startsWith('>('));
  }

  #readProcessSubstitution(parts: PartList): void {
    const operator = this.source.next() === '<' ? '<' : '>';
    this.source.next();
    parts.add({ kind: 'process', operator, body: this.#commands.parseUntilParenthesis(this.source), quoted: false });
  }

  #readLiteral(mode: QuotingMode, quoted: boolean, isEnd: (character: Bytes) => boolean, parts: PartList): void {
    const run = mode === 'plain' ? PLAIN_RUN : mode === 'double' ? DOUBLE_RUN : mode === 'arithmetic' ? ARITHMETIC_RUN : HERE_RUN;
    if (isEnd('/') || isEnd(':') || isEnd(']') || isEnd(';')) parts.literal(this.source.next(), quoted);
    else parts.literal(this.source.takeMatch(run) || this.source.next(), quoted);
  }

  #readBackslash(mode: QuotingMode, isInBraces: boolean, parts: PartList): void {
    this.source.next();
    const character = this.source.peek();
    if (character === '\n') {
      this.source.next();
      return;
    }
    const isEscapable = ESCAPABLE_IN_QUOTES.includes(character) && !(mode === 'here-document' && character === '"');
    if (character === '' || !(mode === 'plain' || isEscapable || (isInBraces && character === '}'))) {
      parts.literal('\\', true);
      return;
    }
    parts.literal(this.source.next(), true);
  }

  #readSingleQuotes(parts: PartList): void {
    this.source.next();
    const text = this.source.takeMatch(/[^']*/y);
    if (this.source.next() === '') throw this.error('Unterminated quoted string');
    parts.literal(text, true);
  }

  /** Inside an operand that is quoted already, a double quote only changes what backslashes do. */
  #readDoubleQuotes(mode: QuotingMode, quoted: boolean, parts: PartList): void {
    this.source.next();
    if (mode === 'arithmetic') {
      if (this.dialect === 'dash') parts.literal('"', true);
      return;
    }
    const inner = this.#read('double', (character) => character === '"');
    if (this.source.next() === '') throw this.error('Unterminated quoted string');
    if (inner.length === 0 && !quoted) parts.literal('', true);
    for (const part of inner) parts.add(part);
  }

  #readDollar(mode: QuotingMode, quoted: boolean, parts: PartList): void {
    this.source.next();
    const character = this.source.peek();
    if (character === '(') this.#readParenthesis(quoted, parts);
    else if (character === '{') {
      this.source.next();
      parts.add(this.#readBraces(quoted, mode));
    } else if (this.dialect === 'bash' && mode === 'plain' && (character === "'" || character === '"')) this.#readDollarQuote(parts);
    else {
      const name = this.source.takeMatch(NAME) || (/[0-9@*#?$!-]/.test(character) ? this.source.next() : '');
      if (name === '') parts.literal('$', quoted);
      else parts.add({ kind: 'parameter', name, operation: undefined, quoted });
    }
  }

  #readDollarQuote(parts: PartList): void {
    if (this.source.peek() === '"') return;
    this.source.next();
    const raw = this.source.takeMatch(/(?:[^'\\]|\\[^])*/y);
    if (this.source.next() === '') throw this.error('Unterminated quoted string');
    parts.literal(decodeAnsiQuoting(raw), true);
  }

  #readParenthesis(quoted: boolean, parts: PartList): void {
    if (this.source.startsWith('((')) {
      this.source.skip(2);
      parts.add({ kind: 'arithmetic', expression: this.readArithmetic(), quoted });
      return;
    }
    this.source.next();
    parts.add({ kind: 'command', body: this.#commands.parseUntilParenthesis(this.source), quoted });
  }

  #readBackquotes(mode: QuotingMode, quoted: boolean, parts: PartList): void {
    this.source.next();
    const line = this.source.line;
    let text = '';
    for (;;) {
      const character = this.source.next();
      if (character === '') throw this.error('EOF in backquote substitution');
      if (character === '`') break;
      if (character !== '\\') text += character;
      else {
        const escaped = this.source.next();
        if (escaped === '\n') continue;
        const isEscape = escaped === '$' || escaped === '`' || escaped === '\\' || (escaped === '"' && mode === 'double');
        text += isEscape ? escaped : `\\${escaped}`;
      }
    }
    parts.add({ kind: 'command', body: this.#commands.parseAll(new Source(text, line)), quoted });
  }

  /** Reads what follows `${`. */
  #readBraces(quoted: boolean, mode: QuotingMode): WordPart {
    const isLength = this.source.peek() === '#' && /[A-Za-z0-9_@*#?$!-]/.test(this.source.peek(1)) && this.#isLengthForm();
    if (isLength) this.source.next();
    const isIndirect = this.dialect === 'bash' && this.source.peek() === '!' && /[A-Za-z_]/.test(this.source.peek(1));
    if (isIndirect) this.source.next();
    const name = this.source.takeMatch(NAME) || this.source.takeMatch(/[0-9]+|[@*#?$!-]/y);
    const part: WordPart = { kind: 'parameter', name, operation: undefined, quoted };
    if (this.dialect === 'bash' && name !== '' && this.source.peek() === '[') part.subscript = this.#readSubscript();
    if (isIndirect) {
      if (this.source.peek() !== '}') throw new CannotSimulate('bash: ${!name…} with an operator is not modelled');
      this.source.next();
      part.operation = part.subscript === '@' || part.subscript === '*' ? { kind: 'keys' } : { kind: 'indirect' };
      return part;
    }
    if (isLength) {
      part.operation = this.source.peek() === '}' ? { kind: 'length' } : { kind: 'bad' };
      this.readBraceWord(quoted);
    } else part.operation = name === '' ? this.#readBad(quoted) : this.#readOperation(quoted, mode);
    return part;
  }

  /** `${#x}` is a length, `${#-x}` and `${#%x}` are operations on `$#`. */
  #isLengthForm(): boolean {
    const after = this.source.peek(1);
    if (/[A-Za-z0-9_]/.test(after)) return true;
    return this.source.peek(2) === '}';
  }

  #readSubscript(): Word | '@' | '*' {
    this.source.next();
    const only = this.source.peek();
    if ((only === '@' || only === '*') && this.source.peek(1) === ']') {
      this.source.skip(2);
      return only;
    }
    const word = this.#read('double', (character) => character === ']', true);
    if (this.source.next() !== ']') throw this.error("Missing '}'");
    return word;
  }

  #readOperation(quoted: boolean, mode: QuotingMode): ParameterOperation | undefined {
    const character = this.source.peek();
    if (character === '}') {
      this.source.next();
      return undefined;
    }
    const orEmpty = character === ':' && /[-=?+]/.test(this.source.peek(1));
    if (orEmpty) this.source.next();
    const operator = this.source.peek();
    if (/[-=?+]/.test(operator)) {
      this.source.next();
      const kind = ({ '-': 'default', '=': 'assign', '?': 'error', '+': 'alternative' } as const)[operator]!;
      return { kind, orEmpty, word: this.readBraceWord(quoted, quoted && mode !== 'arithmetic' ? mode : undefined) };
    }
    if (operator === '#' || operator === '%') return this.#readTrim(operator);
    if (this.dialect === 'bash') return readBashOperation(this, quoted) ?? this.#readBad(quoted);
    return this.#readBad(quoted);
  }

  #readTrim(operator: '#' | '%'): ParameterOperation {
    this.source.next();
    const longest = this.source.peek() === operator;
    if (longest) this.source.next();
    return { kind: 'trim', end: operator === '#' ? 'prefix' : 'suffix', longest, pattern: this.readBraceWord(false) };
  }

  #readBad(quoted: boolean): ParameterOperation {
    this.readBraceWord(quoted);
    return { kind: 'bad' };
  }
}

/** Collects parts, joining literals of the same kind. */
class PartList {
  readonly #parts: WordPart[] = [];

  add(part: WordPart): void {
    if (part.kind === 'literal') this.literal(part.text, part.quoted);
    else this.#parts.push(part);
  }

  literal(text: Bytes, quoted: boolean): void {
    const last = this.#parts.at(-1);
    if (last?.kind === 'literal' && last.quoted === quoted) last.text += text;
    else this.#parts.push({ kind: 'literal', text, quoted });
  }

  finish(): Word {
    return this.#parts;
  }
}

const ANSI_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['e', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** The text that bash's `$'…'` stands for. */
function decodeAnsiQuoting(raw: Bytes): Bytes {
  return raw.replace(/\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|[^])/g, (_whole, escape: string) => {
    if (/^x[0-9A-Fa-f]/.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 255);
    if (/^[uUc]/.test(escape)) throw new CannotSimulate(`bash: the escape \\${escape} in $'…' is not modelled`);
    return ANSI_ESCAPES.get(escape) ?? (/["'?\\]/.test(escape) ? escape : `\\${escape}`);
  });
}
