import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Token } from './lexer.ts';
import type { Parser } from './parser.ts';
import type { Source } from './source.ts';
import type { Command, Condition, Word } from './tree.ts';

const UNARY = /^-[abcdefghkprstuvwxzGLNOSno]$/;
const BINARY = new Set(['=', '==', '!=', '=~', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

/** Parses the commands whose first word only bash reserves. */
export function parseBashCommand(parser: Parser, token: Token): Command {
  if (token.text === '[[') {
    parser.take();
    const expression = parseOr(parser);
    parser.expect(']]');
    return { kind: 'condition', expression, line: token.line };
  }
  if (token.text === 'function') return parseFunction(parser);
  throw new CannotSimulate(`bash: ${token.text} is not modelled`);
}

/** Parses the rest of `for ((start; test; step)) do … done`, from the first parenthesis on. */
export function parseArithmeticFor(parser: Parser, line: number): Command {
  parser.take();
  parser.words.source.next();
  const start = parser.words.readOperand(true, ';');
  parser.words.source.next();
  const test = parser.words.readOperand(true, ';');
  parser.words.source.next();
  const step = parser.words.readArithmetic();
  if (parser.peek().text === ';') parser.take();
  parser.skipNewlines();
  return { kind: 'arithmetic-for', start, test, step, body: parser.parseDoGroup(), line };
}

/** Reads `(word …)` behind `name=`. */
export function readArrayElements(parser: Parser, source: Source): Word[] {
  source.next();
  const elements: Word[] = [];
  for (;;) {
    const token = parser.take();
    if (token.kind === 'newline') continue;
    if (token.kind === 'operator' && token.text === ')') return elements;
    if (token.kind !== 'word') throw parser.unexpected(')');
    if (/^\[.*\]=/.test(token.text)) throw new CannotSimulate('bash: array elements with subscripts are not modelled');
    elements.push(token.word);
  }
}

function parseFunction(parser: Parser): Command {
  parser.take();
  const name = parser.take();
  if (name.kind !== 'word' || name.text === '') throw parser.unexpected();
  if (parser.peek().text === '(') {
    parser.take();
    parser.expect(')');
  }
  parser.skipNewlines();
  return { kind: 'function', name: name.text, body: parser.parseCommand() };
}

function parseOr(parser: Parser): Condition {
  let left = parseAnd(parser);
  while (parser.peek().text === '||') {
    parser.take();
    parser.skipNewlines();
    left = { kind: 'or', left, right: parseAnd(parser) };
  }
  return left;
}

function parseAnd(parser: Parser): Condition {
  let left = parsePrimary(parser);
  while (parser.peek().text === '&&') {
    parser.take();
    parser.skipNewlines();
    left = { kind: 'and', left, right: parsePrimary(parser) };
  }
  return left;
}

function parsePrimary(parser: Parser): Condition {
  parser.skipNewlines();
  const first = parser.take();
  if (first.kind === 'operator' && first.text === '(') {
    const inner = parseOr(parser);
    parser.expect(')');
    return inner;
  }
  if (first.kind !== 'word') throw parser.unexpected();
  if (first.text === '!') return { kind: 'not', operand: parsePrimary(parser) };
  if (UNARY.test(first.text) && parser.peek().kind === 'word' && parser.peek().text !== ']]') {
    return { kind: 'unary', operator: first.text, operand: parser.take().word };
  }
  return parseComparison(parser, first);
}

function parseComparison(parser: Parser, left: Token): Condition {
  const operator = parser.peek();
  const isBinary = operator.kind === 'word' ? BINARY.has(operator.text) : operator.text === '<' || operator.text === '>';
  if (!isBinary) return { kind: 'unary', operator: '-n', operand: left.word };
  parser.take();
  if (operator.text === '=~') {
    parser.words.source.takeMatch(/[ \t]+/y);
    return { kind: 'binary', operator: '=~', left: left.word, right: parser.words.readOperand(false, ' \t\n') };
  }
  const right = parser.take();
  if (right.kind !== 'word') throw parser.unexpected();
  return { kind: 'binary', operator: operator.text, left: left.word, right: right.word };
}
