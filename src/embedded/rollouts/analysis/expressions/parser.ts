import { BUILTIN_NAMES, PREDICATES } from './builtin-names.ts';
import { ExpressionError } from './expression-error.ts';
import { Lexer } from './lexer.ts';
import { parseNumber } from './number-literal.ts';
import type { Node } from './syntax.ts';
import { nameToken, type Token, type TokenKind } from './token.ts';

const UNARY: Readonly<Record<string, number>> = { not: 50, '!': 50, '-': 90, '+': 90 };
const BINARY: Readonly<Record<string, number>> = {
  '|': 0,
  or: 10,
  '||': 10,
  and: 15,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '>=': 20,
  '<=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
};
const RIGHT_ASSOCIATIVE: ReadonlySet<string> = new Set(['**', '^']);
const COMPARISONS: ReadonlySet<string> = new Set(['<', '>', '<=', '>=']);
const NEGATABLE: ReadonlySet<string> = new Set(['in', 'matches', 'contains', 'startsWith', 'endsWith']);

/** Reads an expression; throws ExpressionError for the first thing that is wrong. Models expr parser/parser.go. */
export function parseExpression(source: string): Node {
  return new Parser(source).parse();
}

class Parser {
  readonly #lexer: Lexer;
  #current: Token;
  /** Tokens that were looked at too early. */
  readonly #ahead: Token[] = [];
  /** How many closures the parser is in. */
  #depth = 0;

  constructor(source: string) {
    this.#lexer = new Lexer(source);
    this.#current = this.#lexer.next();
  }

  parse(): Node {
    const node = this.#sequence();
    if (!this.#is('EOF')) throw this.#unexpected();
    return node;
  }

  #is(kind: TokenKind, value?: string): boolean {
    return this.#current.kind === kind && (value === undefined || this.#current.value === value);
  }

  #next(): Token {
    const passed = this.#current;
    this.#current = this.#ahead.shift() ?? this.#lexer.next();
    return passed;
  }

  #expect(kind: TokenKind, value?: string): Token {
    if (!this.#is(kind, value)) throw this.#unexpected();
    return this.#next();
  }

  #unexpected(token = this.#current): ExpressionError {
    return new ExpressionError(`unexpected token ${nameToken(token)}`);
  }

  #sequence(): Node {
    const nodes = [this.#expression(0)];
    while (this.#is('Operator', ';')) {
      this.#next();
      if (this.#is('EOF')) break;
      nodes.push(this.#expression(0));
    }
    return nodes.length === 1 ? nodes[0]! : { type: 'sequence', nodes };
  }

  #expression(precedence: number): Node {
    if (precedence === 0 && this.#is('Operator', 'let')) return this.#declaration();
    if (precedence === 0 && this.#is('Operator', 'if')) return this.#ifElse();
    let left = this.#primary();
    let previous = '';
    while (this.#current.kind === 'Operator') {
      const isNegated = this.#current.value === 'not';
      if (isNegated && !this.#passNot(precedence)) break;
      const operator = this.#current.value;
      const own = BINARY[operator];
      if (own === undefined || own < precedence) break;
      this.#next();
      if (previous === '??' && operator !== '??' && operator !== '|') throw mixedCoalescing(operator);
      left = this.#binary(left, operator, own);
      if (isNegated) left = { type: 'unary', operator: 'not', operand: left };
      previous = operator;
    }
    return precedence === 0 ? this.#ternary(left) : left;
  }

  /** Goes from a `not` inside an expression to the operator that it negates, unless that is for an outer expression. */
  #passNot(precedence: number): boolean {
    const not = this.#next();
    const { value } = this.#current;
    if (!NEGATABLE.has(value)) throw this.#unexpected();
    if (BINARY[value]! >= precedence) return true;
    this.#ahead.unshift(this.#current);
    this.#current = not;
    return false;
  }

  #binary(left: Node, operator: string, precedence: number): Node {
    if (operator === '|') return this.#call(this.#expect('Identifier').value, [left]);
    if (COMPARISONS.has(operator)) return this.#comparisons(left, operator, precedence);
    const right = this.#expression(RIGHT_ASSOCIATIVE.has(operator) ? precedence : precedence + 1);
    return { type: 'binary', operator, left, right };
  }

  /** `1 < x < 3` means both. */
  #comparisons(first: Node, firstOperator: string, precedence: number): Node {
    let whole: Node | undefined;
    let left = first;
    let operator = firstOperator;
    for (;;) {
      const right = this.#expression(precedence + 1);
      const comparison: Node = { type: 'binary', operator, left, right };
      whole = whole ? { type: 'binary', operator: '&&', left: whole, right: comparison } : comparison;
      if (this.#current.kind !== 'Operator' || !COMPARISONS.has(this.#current.value)) return whole;
      left = right;
      operator = this.#next().value;
    }
  }

  #declaration(): Node {
    this.#next();
    const name = this.#expect('Identifier').value;
    this.#expect('Operator', '=');
    const value = this.#expression(0);
    this.#expect('Operator', ';');
    return { type: 'let', name, value, body: this.#sequence() };
  }

  #ifElse(): Node {
    this.#next();
    const condition = this.#expression(0);
    const then = this.#block();
    this.#expect('Operator', 'else');
    return { type: 'conditional', condition, then, otherwise: this.#is('Operator', 'if') ? this.#ifElse() : this.#block() };
  }

  #block(): Node {
    this.#expect('Bracket', '{');
    const body = this.#sequence();
    this.#expect('Bracket', '}');
    return body;
  }

  #ternary(first: Node): Node {
    let node = first;
    while (this.#is('Operator', '?')) {
      this.#next();
      const then = this.#is('Operator', ':') ? node : this.#expression(0);
      this.#expect('Operator', ':');
      node = { type: 'conditional', condition: node, then, otherwise: this.#expression(0) };
    }
    return node;
  }

  #primary(): Node {
    const { kind, value } = this.#current;
    if (kind === 'Operator' && Object.hasOwn(UNARY, value)) {
      this.#next();
      return this.#postfix({ type: 'unary', operator: value, operand: this.#expression(UNARY[value]!) });
    }
    if (kind === 'Bracket' && value === '(') {
      this.#next();
      const inner = this.#sequence();
      this.#expect('Bracket', ')');
      return this.#postfix(inner);
    }
    if (this.#depth > 0 && kind === 'Operator' && (value === '#' || value === '.')) return this.#postfix(this.#pointer());
    if (kind === 'Operator' && value === '::') {
      this.#next();
      return this.#postfix(this.#call(this.#expect('Identifier').value, []));
    }
    return this.#secondary();
  }

  /** A `.` alone stands for the element; the postfix that follows reads it again. */
  #pointer(): Node {
    if (this.#is('Operator', '.')) return { type: 'pointer', name: '' };
    this.#next();
    return { type: 'pointer', name: this.#is('Identifier') ? this.#next().value : '' };
  }

  #secondary(): Node {
    const token = this.#current;
    switch (token.kind) {
      case 'Identifier':
        return this.#named(this.#next().value);
      case 'Number':
        this.#next();
        return parseNumber(token.value);
      case 'String':
        this.#next();
        return this.#postfix({ type: 'string', value: token.value });
      default:
        if (token.value === '[') return this.#postfix(this.#array());
        if (token.value === '{') return this.#postfix(this.#map());
        throw this.#unexpected();
    }
  }

  #named(name: string): Node {
    if (name === 'true' || name === 'false') return { type: 'bool', value: name === 'true' };
    if (name === 'nil') return { type: 'nil' };
    return this.#postfix(this.#is('Bracket', '(') ? this.#call(name, []) : { type: 'identifier', name });
  }

  #call(name: string, given: Node[]): Node {
    const parameters = PREDICATES.get(name);
    if (parameters) return { type: 'builtin', name, args: this.#closureArguments(parameters, given) };
    const args = this.#arguments(given);
    return BUILTIN_NAMES.has(name) ? { type: 'builtin', name, args } : { type: 'call', callee: { type: 'identifier', name }, args };
  }

  #closureArguments(parameters: readonly string[], given: Node[]): Node[] {
    const args = [...given];
    const expected = parameters.slice(given.length);
    this.#expect('Bracket', '(');
    for (const [index, parameter] of expected.entries()) {
      if (this.#is('Bracket', ')')) {
        if (parameter.endsWith('?')) break;
        throw new ExpressionError(`expected at least ${expected.length} arguments`);
      }
      if (index > 0) this.#expect('Operator', ',');
      args.push(parameter.startsWith('closure') ? this.#closure() : this.#expression(0));
    }
    if (this.#is('Operator', ',')) this.#next();
    this.#expect('Bracket', ')');
    return args;
  }

  #arguments(given: Node[]): Node[] {
    const args = [...given];
    this.#expect('Bracket', '(');
    while (!this.#is('Bracket', ')')) {
      if (args.length > given.length) this.#expect('Operator', ',');
      if (this.#is('Bracket', ')')) break;
      args.push(this.#expression(0));
    }
    this.#next();
    return args;
  }

  #closure(): Node {
    const hasBraces = this.#is('Bracket', '{');
    if (hasBraces) this.#next();
    this.#depth += 1;
    const body = hasBraces ? this.#sequence() : this.#expression(0);
    if (!hasBraces && this.#is('Operator', ';')) throw new ExpressionError('wrap predicate with brackets { and }');
    this.#depth -= 1;
    if (hasBraces) this.#expect('Bracket', '}');
    return { type: 'predicate', body };
  }

  #array(): Node {
    const items: Node[] = [];
    this.#next();
    while (!this.#is('Bracket', ']')) {
      if (items.length > 0) this.#expect('Operator', ',');
      if (this.#is('Bracket', ']')) break;
      items.push(this.#expression(0));
    }
    this.#next();
    return { type: 'array', items };
  }

  #map(): Node {
    const pairs: { key: Node; value: Node }[] = [];
    this.#next();
    while (!this.#is('Bracket', '}')) {
      if (pairs.length > 0) this.#expect('Operator', ',');
      if (this.#is('Bracket', '}')) break;
      if (pairs.length > 0 && this.#is('Operator', ',')) throw this.#unexpected();
      const key = this.#mapKey();
      this.#expect('Operator', ':');
      pairs.push({ key, value: this.#expression(0) });
    }
    this.#next();
    return { type: 'map', pairs };
  }

  #mapKey(): Node {
    const token = this.#current;
    if (token.kind === 'Number' || token.kind === 'String' || token.kind === 'Identifier') {
      this.#next();
      return { type: 'string', value: token.value };
    }
    if (this.#is('Bracket', '(')) return this.#expression(0);
    throw new ExpressionError(
      `a map key must be a quoted string, a number, a identifier, or an expression enclosed in parentheses (unexpected token ${nameToken(token)})`,
    );
  }

  #postfix(first: Node): Node {
    let node = first;
    for (;;) {
      if (this.#is('Operator', '.') || this.#is('Operator', '?.')) node = this.#access(node, this.#next().value === '?.');
      else if (this.#is('Bracket', '[')) node = this.#index(node, false);
      else return node;
    }
  }

  #access(node: Node, isOptional: boolean): Node {
    if (isOptional && this.#is('Bracket', '[')) return this.#index(node, true);
    const name = this.#next();
    if (name.kind !== 'Identifier' && !(name.kind === 'Operator' && /^[\p{L}_$]/u.test(name.value)))
      throw new ExpressionError('expected name');
    const isChain = node.type === 'chain';
    const isMethod = this.#is('Bracket', '(');
    const member: Node = {
      type: 'member',
      base: isChain ? node.inner : node,
      property: { type: 'string', value: name.value },
      isOptional,
      isMethod,
    };
    const accessed: Node = isMethod ? { type: 'call', callee: member, args: this.#arguments([]) } : member;
    return isChain || isOptional ? { type: 'chain', inner: accessed } : accessed;
  }

  #index(base: Node, isOptional: boolean): Node {
    this.#next();
    const from = this.#is('Operator', ':') ? undefined : this.#expression(0);
    if (this.#is('Operator', ':')) {
      this.#next();
      const to = this.#is('Bracket', ']') ? undefined : this.#expression(0);
      this.#expect('Bracket', ']');
      return { type: 'slice', base, from, to };
    }
    this.#expect('Bracket', ']');
    const member: Node = { type: 'member', base, property: from!, isOptional, isMethod: false };
    return isOptional ? { type: 'chain', inner: member } : member;
  }
}

function mixedCoalescing(operator: string): ExpressionError {
  return new ExpressionError(`Operator (${operator}) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.`);
}
