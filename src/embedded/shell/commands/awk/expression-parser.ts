import type { Bytes } from '../../kernel/bytes.ts';
import { compileRegex } from '../../regex/compile.ts';
import { RegexError } from '../../regex/tree.ts';
import { CommandError } from '../io/command-error.ts';
import type { Token } from './lexer.ts';
import { Lexer } from './lexer.ts';
import type { ArithmeticOperator, BinaryOperator, Expression, LeftValue } from './tree.ts';

const COMPARISONS = new Set(['<', '<=', '==', '!=', '>', '>=']);
/** Built-in functions that may stand without parentheses. */
const BARE = new Set(['length']);

/** What may be meant differently where an expression stands. */
export interface ExpressionContext {
  /** `>` sends output to a file, as behind `print`. */
  isPrinted?: boolean;
  /** `in` belongs to a `for`. */
  isForStart?: boolean;
}

/** Parses expressions, from the loosest operators to the tightest. */
export class ExpressionParser {
  readonly #lexer: Lexer;
  #token: Token;
  #calls: Bytes[] = [];

  constructor(source: Bytes) {
    this.#lexer = new Lexer(source);
    this.#token = this.#lexer.next();
  }

  /** Functions of the program that were called so far. */
  get calls(): readonly Bytes[] {
    return this.#calls;
  }

  get token(): Token {
    return this.#token;
  }

  take(): Token {
    const token = this.#token;
    this.#token = this.#lexer.next();
    return token;
  }

  is(text: string, kind: Token['kind'] = 'operator'): boolean {
    return this.#token.kind === kind && this.#token.text === text;
  }

  /** Takes an operator if it is the next token. */
  takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): void {
    if (!this.takeIf(text)) throw this.unexpected();
  }

  unexpected(): CommandError {
    const { kind, text, line } = this.#token;
    if (kind === 'end') return new CommandError(`line ${line}: syntax error at or near end of file`, 2);
    const shown = kind === 'newline' ? 'end of line' : text;
    return new CommandError(`line ${line}: syntax error at or near ${shown}`, 2);
  }

  skipNewlines(): void {
    while (this.#token.kind === 'newline') this.take();
  }

  expressions(end: string): Expression[] {
    const items: Expression[] = [];
    this.skipNewlines();
    while (!this.is(end)) {
      items.push(this.expression());
      this.skipNewlines();
      if (!this.takeIf(',')) break;
      this.skipNewlines();
    }
    this.expect(end);
    return items;
  }

  expression(context: ExpressionContext = {}): Expression {
    const left = this.#conditional(context);
    const operator = /^([-+*/%^]?)=$/.exec(this.#token.kind === 'operator' ? this.#token.text : '');
    if (!operator || !isLeftValue(left)) return left;
    this.take();
    this.skipNewlines();
    const value = this.expression(context);
    return { kind: 'assignment', operator: operator[1] === '' ? undefined : (operator[1] as ArithmeticOperator), target: left, value };
  }

  leftValue(): LeftValue | undefined {
    if (this.is('$')) return this.#field();
    if (this.#token.kind !== 'name') return undefined;
    const name = this.take().text;
    return this.takeIf('[') ? { kind: 'element', array: name, subscript: this.expressions(']') } : { kind: 'variable', name };
  }

  #conditional(context: ExpressionContext): Expression {
    const condition = this.#or(context);
    if (!this.takeIf('?')) return condition;
    const then = this.expression(context);
    this.expect(':');
    return { kind: 'conditional', condition, then, otherwise: this.expression(context) };
  }

  #or(context: ExpressionContext): Expression {
    let left = this.#and(context);
    while (this.takeIf('||')) {
      this.skipNewlines();
      left = { kind: 'or', left, right: this.#and(context) };
    }
    return left;
  }

  #and(context: ExpressionContext): Expression {
    let left = this.#membership(context);
    while (this.takeIf('&&')) {
      this.skipNewlines();
      left = { kind: 'and', left, right: this.#membership(context) };
    }
    return left;
  }

  #membership(context: ExpressionContext): Expression {
    let left = this.#match(context);
    while (!context.isForStart && this.is('in', 'keyword')) {
      this.take();
      left = { kind: 'in', subscript: left.kind === 'group' ? left.items : [left], array: this.name() };
    }
    return left;
  }

  name(): Bytes {
    if (this.#token.kind !== 'name') throw this.unexpected();
    return this.take().text;
  }

  #match(context: ExpressionContext): Expression {
    let left = this.#comparison(context);
    while (this.is('~') || this.is('!~')) {
      const isNegated = this.take().text === '!~';
      left = { kind: 'match', isNegated, text: left, pattern: this.#comparison(context) };
    }
    return left;
  }

  #comparison(context: ExpressionContext): Expression {
    let left = this.#piped(context);
    while (this.#token.kind === 'operator' && COMPARISONS.has(this.#token.text) && !(context.isPrinted && this.#token.text === '>')) {
      const operator = this.take().text as BinaryOperator;
      left = { kind: 'binary', operator, left, right: this.#piped(context) };
    }
    return left;
  }

  /** `command | getline [variable]` */
  #piped(context: ExpressionContext): Expression {
    let left = this.#concatenation(context);
    while (this.is('|') && !(context.isPrinted && !this.#isGetlineNext())) {
      this.take();
      if (!this.is('getline', 'keyword')) throw this.unexpected();
      this.take();
      left = { kind: 'getline', from: 'command', source: left, target: this.leftValue() };
    }
    return left;
  }

  #isGetlineNext(): boolean {
    return this.#lexer.isFollowedBy(/\s*getline\b/y);
  }

  #concatenation(context: ExpressionContext): Expression {
    let left = this.#additive(context);
    while (this.#startsOperand() && !this.is('in', 'keyword')) left = { kind: 'concatenation', left, right: this.#additive(context) };
    return left;
  }

  #startsOperand(): boolean {
    const { kind, text } = this.#token;
    if (kind === 'operator') return ['$', '(', '++', '--'].includes(text);
    return ['number', 'string', 'name', 'function-name', 'built-in'].includes(kind);
  }

  #additive(context: ExpressionContext): Expression {
    let left = this.#multiplicative(context);
    while (this.is('+') || this.is('-')) {
      const operator = this.take().text as ArithmeticOperator;
      left = { kind: 'binary', operator, left, right: this.#multiplicative(context) };
    }
    return left;
  }

  #multiplicative(context: ExpressionContext): Expression {
    let left = this.#unary(context);
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.take().text as ArithmeticOperator;
      left = { kind: 'binary', operator, left, right: this.#unary(context) };
    }
    return left;
  }

  #unary(context: ExpressionContext): Expression {
    if (!this.is('!') && !this.is('-') && !this.is('+')) return this.#power(context);
    const operator = this.take().text as '!' | '-' | '+';
    return { kind: 'unary', operator, operand: this.#unary(context) };
  }

  #power(context: ExpressionContext): Expression {
    const base = this.#postfix(context);
    if (!this.takeIf('^')) return base;
    return { kind: 'binary', operator: '^', left: base, right: this.#unary(context) };
  }

  #postfix(context: ExpressionContext): Expression {
    if (this.is('++') || this.is('--')) {
      const by = this.take().text === '++' ? 1 : -1;
      const target = this.leftValue();
      if (!target) throw this.unexpected();
      return { kind: 'increment', by, isPrefix: true, target };
    }
    const operand = this.#primary(context);
    if (!isLeftValue(operand) || (!this.is('++') && !this.is('--'))) return operand;
    return { kind: 'increment', by: this.take().text === '++' ? 1 : -1, isPrefix: false, target: operand };
  }

  #primary(context: ExpressionContext): Expression {
    const { kind, text } = this.#token;
    switch (kind) {
      case 'number':
        this.take();
        return { kind: 'number', value: Number(text) };
      case 'string':
        this.take();
        return { kind: 'string', value: text };
      case 'name':
        return this.leftValue()!;
      case 'function-name':
        this.take();
        this.expect('(');
        this.#calls.push(text);
        return { kind: 'call', name: text, args: this.expressions(')') };
      case 'built-in':
        return this.#builtIn();
      case 'keyword':
        if (text === 'getline') return this.#getline(context);
        throw this.unexpected();
      case 'operator':
        return this.#operatorPrimary();
      default:
        throw this.unexpected();
    }
  }

  #operatorPrimary(): Expression {
    if (this.is('$')) return this.#field();
    if (this.is('/') || this.is('/=')) return this.#regex();
    if (!this.takeIf('(')) throw this.unexpected();
    const items = this.expressions(')');
    if (items.length === 0) throw this.unexpected();
    return { kind: 'group', items };
  }

  #field(): LeftValue {
    this.take();
    if (this.is('++') || this.is('--')) return { kind: 'field', index: this.#postfix({}) };
    if (this.is('-') || this.is('+') || this.is('!')) return { kind: 'field', index: this.#unary({}) };
    return { kind: 'field', index: this.#primary({}) };
  }

  #regex(): Expression {
    const source = this.#lexer.regex(this.#token.text.slice(1));
    const { line } = this.#token;
    this.#token = this.#lexer.next();
    try {
      return { kind: 'regex', regex: compileRegex(source, { syntax: 'awk' }), source };
    } catch (error) {
      if (error instanceof RegexError)
        throw new CommandError(`line ${line}: regular expression compile failed (${error.message})\n${source}`, 2);
      throw error;
    }
  }

  #builtIn(): Expression {
    const name = this.take().text;
    if (this.takeIf('(')) return { kind: 'built-in', name, args: this.expressions(')') };
    if (BARE.has(name)) return { kind: 'built-in', name, args: [] };
    throw this.unexpected();
  }

  #getline(context: ExpressionContext): Expression {
    this.take();
    const target = this.leftValue();
    if (!this.takeIf('<')) return { kind: 'getline', from: 'input', source: undefined, target };
    return { kind: 'getline', from: 'file', source: this.#postfix(context), target };
  }
}

function isLeftValue(expression: Expression): expression is LeftValue {
  return expression.kind === 'variable' || expression.kind === 'element' || expression.kind === 'field';
}
