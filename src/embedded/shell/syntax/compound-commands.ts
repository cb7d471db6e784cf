import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { parseArithmeticFor } from './bash-grammar.ts';
import type { Token } from './lexer.ts';
import type { Parser } from './parser.ts';
import { ShellSyntaxError } from './syntax-error.ts';
import type { CaseItem, Command, Word } from './tree.ts';

/** What may be the variable of a loop, and in dash the name of a function. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The compound command that begins with a token; undefined when none does. Reserved words of bash alone are not looked at. */
export function parseCompound(parser: Parser, token: Token): Command | undefined {
  if (token.kind === 'operator') return token.text === '(' ? parseSubshell(parser, token) : undefined;
  switch (token.text) {
    case '{':
      return parseGroup(parser);
    case 'if':
      parser.take();
      return parseIf(parser);
    case 'while':
    case 'until':
      return parseLoop(parser, token.text);
    case 'for':
      return parseFor(parser, token);
    case 'case':
      return parseCase(parser, token);
    default:
      return undefined;
  }
}

function parseSubshell(parser: Parser, token: Token): Command {
  if (parser.dialect === 'bash' && parser.words.source.peek() === '(') {
    parser.take();
    parser.words.source.next();
    return { kind: 'arithmetic-command', expression: parser.words.readArithmetic(), line: token.line };
  }
  parser.take();
  const body = parser.parseList();
  parser.expect(')');
  return { kind: 'subshell', body, line: token.line };
}

function parseGroup(parser: Parser): Command {
  parser.take();
  const body = parser.parseList();
  parser.expect('}');
  // Why: bash treats a loop in braces otherwise than a bare one when it forks for it.
  return parser.dialect === 'bash' && body.kind !== 'sequence' ? { kind: 'sequence', commands: [body] } : body;
}

function parseIf(parser: Parser): Command {
  const condition = parser.parseList();
  parser.expect('then');
  const then = parser.parseList();
  if (parser.isReserved('elif')) {
    parser.take();
    return { kind: 'if', condition, then, otherwise: parseIf(parser) };
  }
  let otherwise: Command | undefined;
  if (parser.isReserved('else')) {
    parser.take();
    otherwise = parser.parseList();
  }
  parser.expect('fi');
  return { kind: 'if', condition, then, otherwise };
}

function parseLoop(parser: Parser, kind: 'while' | 'until'): Command {
  parser.take();
  const condition = parser.parseList();
  return { kind, condition, body: parser.parseDoGroup() };
}

function parseFor(parser: Parser, token: Token): Command {
  parser.take();
  const name = parser.peek();
  if (parser.dialect === 'bash' && name.kind === 'operator' && name.text === '(' && parser.words.source.peek() === '(')
    return parseArithmeticFor(parser, token.line);
  if (name.kind !== 'word' || !NAME.test(name.text)) throw new ShellSyntaxError('Bad for loop variable', token.line);
  parser.take();
  parser.skipNewlines();
  let words: Word[] | undefined;
  if (parser.isReserved('in')) {
    parser.take();
    words = parseWords(parser);
    if (!parser.isOperator(';') && parser.peek().kind !== 'newline') throw parser.unexpected();
    parser.take();
  } else if (parser.isOperator(';')) parser.take();
  parser.skipNewlines();
  return { kind: 'for', name: name.text, words, body: parseForBody(parser), line: token.line };
}

function parseForBody(parser: Parser): Command {
  if (parser.dialect === 'bash' && parser.isReserved('{')) return parseGroup(parser);
  return parser.parseDoGroup();
}

function parseWords(parser: Parser): Word[] {
  const words: Word[] = [];
  while (parser.peek().kind === 'word') words.push(parser.take().word);
  return words;
}

function parseCase(parser: Parser, token: Token): Command {
  parser.take();
  const subject = parser.peek();
  if (subject.kind !== 'word') throw parser.unexpected();
  parser.take();
  parser.skipNewlines();
  parser.expect('in');
  parser.skipNewlines();
  const items: CaseItem[] = [];
  while (!parser.isReserved('esac')) {
    items.push(parseCaseItem(parser));
    parser.skipNewlines();
  }
  parser.take();
  return { kind: 'case', subject: subject.word, items, line: token.line };
}

function parseCaseItem(parser: Parser): CaseItem {
  if (parser.isOperator('(')) parser.take();
  const patterns: Word[] = [];
  for (;;) {
    const pattern = parser.peek();
    if (pattern.kind !== 'word') throw parser.unexpected(pattern.kind === 'end' ? ')' : undefined);
    patterns.push(parser.take().word);
    if (!parser.isOperator('|')) break;
    parser.take();
  }
  parser.expect(')');
  parser.skipNewlines();
  const body = parser.isOperator(';;') || parser.isReserved('esac') ? undefined : parser.parseList();
  if (parser.isOperator(';&') || parser.isOperator(';;&')) throw new CannotSimulate(`bash: ${parser.peek().text} in case is not modelled`);
  if (parser.isOperator(';;')) parser.take();
  else if (!parser.isReserved('esac')) throw parser.unexpected(';;');
  return { patterns, body };
}
