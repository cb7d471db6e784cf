import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { parseArithmeticFor, parseBashCommand, readArrayElements } from './bash-grammar.ts';
import { HereDocuments } from './here-documents.ts';
import type { Token } from './lexer.ts';
import { Lexer, REDIRECTION_OPERATORS } from './lexer.ts';
import type { Source } from './source.ts';
import { ShellSyntaxError } from './syntax-error.ts';
import type { Assignment, CaseItem, Command, Dialect, Redirection, RedirectionOperator, SimpleCommand, Word } from './tree.ts';
import { WordReader } from './word-reader.ts';

const RESERVED = new Set(['!', '{', '}', 'case', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'for', 'if', 'then', 'until', 'while']);
const BASH_RESERVED = new Set(['[[', 'function', 'select', 'coproc', 'time']);
const SPECIAL_BUILTINS = new Set('break : continue . eval exec exit export readonly return set shift times trap unset'.split(' '));
const DECLARATIONS = new Set(['declare', 'export', 'local', 'readonly', 'typeset']);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/;

/** Options of a parser. */
export interface ParserOptions {
  dialect: Dialect;
  /** Text that a word stands for when it is the name of a command. */
  alias?: (name: Bytes) => Bytes | undefined;
}

/**
 * Parses a script one complete command at a time, so that what a command changes (aliases, say) holds for the next, and so that an
 * error in line three lets lines one and two run. Throws ShellSyntaxError, and NeedsMoreInput where the source is not complete.
 */
export class Parser {
  readonly words: WordReader;
  readonly dialect: Dialect;
  readonly #lexer: Lexer;
  readonly #options: ParserOptions;
  readonly #hereDocuments: HereDocuments;
  #ahead: Token | undefined;
  #hasReachedEnd = false;

  constructor(source: Source, options: ParserOptions) {
    this.dialect = options.dialect;
    this.#options = options;
    this.words = new WordReader(source, options.dialect, {
      parseUntilParenthesis: (inner) => new Parser(inner, options).#parseSubstitution(),
      parseAll: (inner) => new Parser(inner, options).#parseAll(),
    });
    this.#lexer = new Lexer(source, this.words);
    this.#hereDocuments = new HereDocuments(source, this.words);
  }

  /** Whether the end of the text, not a newline, ended the last command. */
  get hasReachedEnd(): boolean {
    return this.#hasReachedEnd;
  }

  /** The next complete command, `empty` for a blank line, `end` when there is nothing more. */
  parseCommandLine(): Command | 'empty' | 'end' {
    const first = this.peek();
    if (first.kind === 'end') return 'end';
    if (first.kind === 'newline') {
      this.take();
      return 'empty';
    }
    const commands: Command[] = [];
    for (;;) {
      const command = this.#parseAndOr();
      const separator = this.#takeSeparator();
      commands.push(separator === '&' ? { kind: 'background', command } : command);
      const { kind } = this.peek();
      if (kind === 'newline' || kind === 'end') {
        this.take();
        return sequence(commands);
      }
      if (separator === undefined) throw this.unexpected();
    }
  }

  /** Reads commands up to a reserved word or operator that ends the list, which is left to be read; there must be at least one, except at the end of the text. */
  parseList(): Command {
    const commands: Command[] = [];
    this.skipNewlines();
    if (this.peek().kind === 'end') return sequence(commands);
    while (commands.length === 0 || !this.#endsList()) {
      const command = this.#parseAndOr();
      const separator = this.#takeSeparator();
      commands.push(separator === '&' ? { kind: 'background', command } : command);
      if (separator === undefined && this.peek().kind !== 'newline') break;
      this.skipNewlines();
    }
    return sequence(commands);
  }

  peek(): Token {
    this.#ahead ??= this.#lexer.next();
    return this.#ahead;
  }

  take(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    if (token.kind === 'newline' || token.kind === 'end') this.#hereDocuments.read();
    if (token.kind === 'end') this.#hasReachedEnd = true;
    return token;
  }

  skipNewlines(): void {
    while (this.peek().kind === 'newline') this.take();
  }

  isReserved(text: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text === text;
  }

  /** Takes a reserved word or operator, or fails naming it as expected. */
  expect(text: string): void {
    const token = this.peek();
    if (token.text !== text || token.kind === 'newline' || token.kind === 'end') throw this.unexpected(text);
    this.take();
  }

  /** The error of a token that cannot stand here. */
  unexpected(expected?: string): ShellSyntaxError {
    const token = this.peek();
    return new ShellSyntaxError(
      `${this.#describe(token)} unexpected${expected === undefined ? '' : ` (expecting "${expected}")`}`,
      this.#lexer.source.line,
    );
  }

  /** Any command with the redirections behind it. */
  parseCommand(): Command {
    const token = this.peek();
    if (token.kind === 'end' || token.kind === 'newline') throw this.unexpected();
    const compound = this.#parseCompound(token);
    if (!compound) return this.#parseSimple();
    const redirections: Redirection[] = [];
    for (let next = this.peek(); this.#isRedirection(next); next = this.peek()) redirections.push(this.#parseRedirection());
    const result: Command =
      redirections.length === 0 ? compound : { kind: 'redirected', command: compound, redirections, line: token.line };
    if (compound.kind !== 'function' && this.peek().kind === 'word' && !this.#isReservedWord(this.peek())) throw this.unexpected();
    return result;
  }

  #takeSeparator(): '&' | ';' | undefined {
    const separator = this.#isOperator('&') ? '&' : this.#isOperator(';') ? ';' : undefined;
    if (separator) this.take();
    return separator;
  }

  #parseSubstitution(): Command | undefined {
    this.skipNewlines();
    if (this.#isOperator(')')) return undefined;
    const command = this.parseList();
    if (!this.#isOperator(')')) throw this.unexpected(')');
    this.#hereDocuments.read();
    return command;
  }

  #parseAll(): Command | undefined {
    const commands: Command[] = [];
    for (let next = this.parseCommandLine(); next !== 'end'; next = this.parseCommandLine()) if (next !== 'empty') commands.push(next);
    return commands.length === 0 ? undefined : sequence(commands);
  }

  #parseAndOr(): Command {
    let left = this.#parsePipeline();
    for (;;) {
      const kind = this.#isOperator('&&') ? 'and' : this.#isOperator('||') ? 'or' : undefined;
      if (!kind) return left;
      this.take();
      this.skipNewlines();
      left = { kind, left, right: this.#parsePipeline() };
    }
  }

  #parsePipeline(): Command {
    if (this.isReserved('!')) {
      this.take();
      if (this.dialect === 'dash' && this.isReserved('!')) throw this.unexpected();
      return { kind: 'not', command: this.#parsePipeline() };
    }
    if (this.dialect === 'bash' && this.isReserved('time')) throw new CannotSimulate('bash: time is not modelled');
    const commands = [this.parseCommand()];
    while (this.#isOperator('|') || this.#isOperator('|&')) {
      if (this.take().text === '|&') commands.push(withStderr(commands.pop()!));
      this.skipNewlines();
      commands.push(this.parseCommand());
    }
    return commands.length === 1 ? commands[0]! : { kind: 'pipeline', commands };
  }

  #parseCompound(token: Token): Command | undefined {
    if (token.kind === 'operator') {
      if (token.text !== '(') return undefined;
      return this.#parseSubshell(token);
    }
    switch (token.text) {
      case '{':
        return this.#parseGroup();
      case 'if':
        this.take();
        return this.#parseIf();
      case 'while':
      case 'until':
        return this.#parseLoop(token.text);
      case 'for':
        return this.#parseFor(token);
      case 'case':
        return this.#parseCase(token);
      default:
        if (this.dialect === 'bash' && BASH_RESERVED.has(token.text)) return parseBashCommand(this, token);
        if (RESERVED.has(token.text)) throw this.unexpected();
        return undefined;
    }
  }

  #parseSubshell(token: Token): Command {
    if (this.dialect === 'bash' && this.#lexer.source.peek() === '(') {
      this.take();
      this.#lexer.source.next();
      return { kind: 'arithmetic-command', expression: this.words.readArithmetic(), line: token.line };
    }
    this.take();
    const body = this.parseList();
    this.expect(')');
    return { kind: 'subshell', body, line: token.line };
  }

  #parseGroup(): Command {
    this.take();
    const body = this.parseList();
    this.expect('}');
    // Why: bash treats a loop in braces otherwise than a bare one when it forks for it.
    return this.dialect === 'bash' && body.kind !== 'sequence' ? { kind: 'sequence', commands: [body] } : body;
  }

  #parseIf(): Command {
    const condition = this.parseList();
    this.expect('then');
    const then = this.parseList();
    if (this.isReserved('elif')) {
      this.take();
      return { kind: 'if', condition, then, otherwise: this.#parseIf() };
    }
    let otherwise: Command | undefined;
    if (this.isReserved('else')) {
      this.take();
      otherwise = this.parseList();
    }
    this.expect('fi');
    return { kind: 'if', condition, then, otherwise };
  }

  #parseLoop(kind: 'while' | 'until'): Command {
    this.take();
    const condition = this.parseList();
    return { kind, condition, body: this.parseDoGroup() };
  }

  /** `do list done` */
  parseDoGroup(): Command {
    this.expect('do');
    const body = this.parseList();
    this.expect('done');
    return body;
  }

  #parseFor(token: Token): Command {
    this.take();
    const name = this.peek();
    if (this.dialect === 'bash' && name.kind === 'operator' && name.text === '(' && this.#lexer.source.peek() === '(')
      return parseArithmeticFor(this, token.line);
    if (name.kind !== 'word' || !NAME.test(name.text)) throw new ShellSyntaxError('Bad for loop variable', token.line);
    this.take();
    this.skipNewlines();
    let words: Word[] | undefined;
    if (this.isReserved('in')) {
      this.take();
      words = this.#parseWords();
      if (!this.#isOperator(';') && this.peek().kind !== 'newline') throw this.unexpected();
      this.take();
    } else if (this.#isOperator(';')) this.take();
    this.skipNewlines();
    return { kind: 'for', name: name.text, words, body: this.#parseForBody(), line: token.line };
  }

  #parseForBody(): Command {
    if (this.dialect === 'bash' && this.isReserved('{')) return this.#parseGroup();
    return this.parseDoGroup();
  }

  #parseWords(): Word[] {
    const words: Word[] = [];
    while (this.peek().kind === 'word') words.push(this.take().word);
    return words;
  }

  #parseCase(token: Token): Command {
    this.take();
    const subject = this.peek();
    if (subject.kind !== 'word') throw this.unexpected();
    this.take();
    this.skipNewlines();
    this.expect('in');
    this.skipNewlines();
    const items: CaseItem[] = [];
    while (!this.isReserved('esac')) {
      items.push(this.#parseCaseItem());
      this.skipNewlines();
    }
    this.take();
    return { kind: 'case', subject: subject.word, items, line: token.line };
  }

  #parseCaseItem(): CaseItem {
    if (this.#isOperator('(')) this.take();
    const patterns: Word[] = [];
    for (;;) {
      const pattern = this.peek();
      if (pattern.kind !== 'word') throw this.unexpected(pattern.kind === 'end' ? ')' : undefined);
      patterns.push(this.take().word);
      if (!this.#isOperator('|')) break;
      this.take();
    }
    this.expect(')');
    this.skipNewlines();
    const body = this.#isOperator(';;') || this.isReserved('esac') ? undefined : this.parseList();
    if (this.#isOperator(';&') || this.#isOperator(';;&')) throw new CannotSimulate(`bash: ${this.peek().text} in case is not modelled`);
    if (this.#isOperator(';;')) this.take();
    else if (!this.isReserved('esac')) throw this.unexpected(';;');
    return { patterns, body };
  }

  #parseSimple(): Command {
    const { line } = this.peek();
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const arrays: Assignment[] = [];
    const redirections: Redirection[] = [];
    for (let token = this.peek(); ; token = this.peek()) {
      if (this.#isRedirection(token)) redirections.push(this.#parseRedirection());
      else if (token.kind === 'word') {
        if (words.length === 0 && this.#expandAlias(token)) continue;
        this.take();
        const assignment = words.length === 0 ? this.#toAssignment(token) : undefined;
        const array = this.#declares(words) ? this.#toArray(token) : undefined;
        if (array) arrays.push(array);
        if (assignment) assignments.push(assignment);
        else words.push(array ? [{ kind: 'literal', text: array.name, quoted: true }] : token.word);
      } else if (token.text === '(' && words.length === 1 && assignments.length === 0 && redirections.length === 0) {
        return this.#parseFunction(words[0]!);
      } else if (token.text === '(' && this.dialect === 'bash' && words.length > 0) {
        throw new CannotSimulate('bash: an array as an argument, or an extended pattern, is not modelled');
      } else break;
    }
    if (words.length + assignments.length + redirections.length === 0) throw this.unexpected();
    return { kind: 'simple', assignments, words, ...(arrays.length > 0 && { arrays }), redirections, line } satisfies SimpleCommand;
  }

  /** bash: whether the words begin a command that takes arrays as operands. */
  #declares(words: readonly Word[]): boolean {
    const part = words[0]?.length === 1 ? words[0][0] : undefined;
    return this.dialect === 'bash' && part?.kind === 'literal' && DECLARATIONS.has(part.text);
  }

  #toArray(token: Token): Assignment | undefined {
    return this.#lexer.source.peek() === '(' && /^[A-Za-z_]\w*\+?=$/.test(token.text) ? this.#toAssignment(token) : undefined;
  }

  #expandAlias(token: Token): boolean {
    if (token.text === '') return false;
    const value = this.#options.alias?.(token.text);
    if (value === undefined || this.#lexer.source.isInAlias(token.text)) return false;
    this.#lexer.source.pushAlias(token.text, `${value} `);
    this.#ahead = undefined;
    return true;
  }

  #toAssignment(token: Token): Assignment | undefined {
    const first = token.word[0];
    if (first?.kind !== 'literal' || first.quoted) return undefined;
    const match = ASSIGNMENT.exec(first.text);
    if (!match) return this.dialect === 'bash' ? this.#toElementAssignment(token) : undefined;
    const appends = match[2] === '+';
    if (appends && this.dialect === 'dash') return undefined;
    const rest = first.text.slice(match[0].length);
    const value: Word = rest === '' ? token.word.slice(1) : [{ ...first, text: rest }, ...token.word.slice(1)];
    const assignment: Assignment = { name: match[1]!, value, appends };
    if (this.dialect === 'bash' && value.length === 0 && this.#lexer.source.peek() === '(')
      assignment.elements = readArrayElements(this, this.#lexer.source);
    return assignment;
  }

  #toElementAssignment(token: Token): Assignment | undefined {
    const first = token.word[0];
    if (first?.kind !== 'literal' || !/^[A-Za-z_][A-Za-z0-9_]*\[/.test(first.text)) return undefined;
    const match = /^([A-Za-z_][A-Za-z0-9_]*)\[([^\]]*)\](\+?)=/.exec(first.text);
    if (!match) throw new CannotSimulate('bash: an array subscript with expansions on the left of = is not modelled');
    const rest = first.text.slice(match[0].length);
    const value: Word = rest === '' ? token.word.slice(1) : [{ ...first, text: rest }, ...token.word.slice(1)];
    return { name: match[1]!, value, appends: match[3] === '+', subscript: [{ kind: 'literal', text: match[2]!, quoted: true }] };
  }

  #parseFunction(nameWord: Word): Command {
    this.take();
    if (this.peek().kind === 'word') throw new ShellSyntaxError('word unexpected (expecting ")")', this.#lexer.source.line);
    this.expect(')');
    const part = nameWord.length === 1 ? nameWord[0] : undefined;
    const name = part?.kind === 'literal' && !part.quoted ? part.text : '';
    const isGood = this.dialect === 'bash' ? name !== '' : NAME.test(name) && !SPECIAL_BUILTINS.has(name);
    if (!isGood) throw new ShellSyntaxError('Bad function name', this.#lexer.source.line);
    this.skipNewlines();
    return { kind: 'function', name, body: this.parseCommand() };
  }

  #parseRedirection(): Redirection {
    const operator = this.take();
    const target = this.peek();
    if (target.kind !== 'word') throw this.unexpected();
    this.take();
    if (operator.text === '<<' || operator.text === '<<-') {
      return this.#hereDocuments.expect(operator.descriptor, target.word, operator.text === '<<-');
    }
    if (this.dialect === 'dash' && operator.text.endsWith('&') && !isDescriptorWord(target)) {
      throw new ShellSyntaxError('Bad fd number', this.#lexer.source.line);
    }
    return { descriptor: operator.descriptor, operator: operator.text as RedirectionOperator, target: target.word };
  }

  #isRedirection(token: Token): boolean {
    return token.kind === 'operator' && REDIRECTION_OPERATORS.has(token.text);
  }

  #isOperator(text: string): boolean {
    const token = this.peek();
    return token.kind === 'operator' && token.text === text;
  }

  #isReservedWord(token: Token): boolean {
    return RESERVED.has(token.text);
  }

  #endsList(): boolean {
    const token = this.peek();
    if (token.kind === 'end') return true;
    if (token.kind === 'operator') return [')', ';;', ';&', ';;&'].includes(token.text);
    return ['}', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'then'].includes(token.text);
  }

  #describe(token: Token): string {
    if (token.kind === 'end') return 'end of file';
    if (token.kind === 'newline') return 'newline';
    if (token.kind === 'operator') return this.#isRedirection(token) ? 'redirection' : `"${token.text}"`;
    return RESERVED.has(token.text) ? `"${token.text}"` : 'word';
  }
}

function sequence(commands: readonly Command[]): Command {
  return commands.length === 1 ? commands[0]! : { kind: 'sequence', commands };
}

/** `a |& b` is `a 2>&1 | b`. */
function withStderr(command: Command): Command {
  const redirection: Redirection = { descriptor: 2, operator: '>&', target: [{ kind: 'literal', text: '1', quoted: false }] };
  return { kind: 'redirected', command, redirections: [redirection], line: 0 };
}

/** dash wants a digit or `-` after `>&`, or something that may expand to one. */
function isDescriptorWord(token: Token): boolean {
  return /^[0-9-]$/.test(token.text) || token.word.some((part) => part.kind !== 'literal');
}
