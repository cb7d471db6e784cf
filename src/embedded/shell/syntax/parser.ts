import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { declares, toArray, toAssignment } from './assignments.ts';
import { parseBashCommand } from './bash-grammar.ts';
import { NAME, parseCompound } from './compound-commands.ts';
import { HereDocuments } from './here-documents.ts';
import type { Token } from './lexer.ts';
import { Lexer, REDIRECTION_OPERATORS } from './lexer.ts';
import type { Source } from './source.ts';
import { ShellSyntaxError } from './syntax-error.ts';
import type { Assignment, Command, Dialect, Redirection, RedirectionOperator, SimpleCommand, Word } from './tree.ts';
import { WordReader } from './word-reader.ts';

const RESERVED = new Set(['!', '{', '}', 'case', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'for', 'if', 'then', 'until', 'while']);
const BASH_RESERVED = new Set(['[[', 'function', 'select', 'coproc', 'time']);
const SPECIAL_BUILTINS = new Set('break : continue . eval exec exit export readonly return set shift times trap unset'.split(' '));

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

  isOperator(text: string): boolean {
    const token = this.peek();
    return token.kind === 'operator' && token.text === text;
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
    const separator = this.isOperator('&') ? '&' : this.isOperator(';') ? ';' : undefined;
    if (separator) this.take();
    return separator;
  }

  #parseSubstitution(): Command | undefined {
    this.skipNewlines();
    if (this.isOperator(')')) return undefined;
    const command = this.parseList();
    if (!this.isOperator(')')) throw this.unexpected(')');
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
      const kind = this.isOperator('&&') ? 'and' : this.isOperator('||') ? 'or' : undefined;
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
    while (this.isOperator('|') || this.isOperator('|&')) {
      if (this.take().text === '|&') commands.push(withStderr(commands.pop()!));
      this.skipNewlines();
      commands.push(this.parseCommand());
    }
    return commands.length === 1 ? commands[0]! : { kind: 'pipeline', commands };
  }

  #parseCompound(token: Token): Command | undefined {
    const compound = parseCompound(this, token);
    if (compound || token.kind === 'operator') return compound;
    if (this.dialect === 'bash' && BASH_RESERVED.has(token.text)) return parseBashCommand(this, token);
    if (RESERVED.has(token.text)) throw this.unexpected();
    return undefined;
  }

  /** `do list done` */
  parseDoGroup(): Command {
    this.expect('do');
    const body = this.parseList();
    this.expect('done');
    return body;
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
        const assignment = words.length === 0 ? toAssignment(this, token) : undefined;
        const array = declares(this, words) ? toArray(this, token) : undefined;
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

  #expandAlias(token: Token): boolean {
    if (token.text === '') return false;
    const value = this.#options.alias?.(token.text);
    if (value === undefined || this.#lexer.source.isInAlias(token.text)) return false;
    this.#lexer.source.pushAlias(token.text, `${value} `);
    this.#ahead = undefined;
    return true;
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
