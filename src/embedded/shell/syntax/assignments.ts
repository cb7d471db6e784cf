import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { readArrayElements } from './bash-grammar.ts';
import type { Token } from './lexer.ts';
import type { Parser } from './parser.ts';
import type { Assignment, Word } from './tree.ts';

const DECLARATIONS = new Set(['declare', 'export', 'local', 'readonly', 'typeset']);
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/;

/** bash: whether the words begin a command that takes arrays as operands. */
export function declares(parser: Parser, words: readonly Word[]): boolean {
  const part = words[0]?.length === 1 ? words[0][0] : undefined;
  return parser.dialect === 'bash' && part?.kind === 'literal' && DECLARATIONS.has(part.text);
}

/** bash: the array that an operand of such a command assigns, if it does. */
export function toArray(parser: Parser, token: Token): Assignment | undefined {
  return parser.words.source.peek() === '(' && /^[A-Za-z_]\w*\+?=$/.test(token.text) ? toAssignment(parser, token) : undefined;
}

/** The assignment that a word in front of a command is, if it is one. */
export function toAssignment(parser: Parser, token: Token): Assignment | undefined {
  const first = token.word[0];
  if (first?.kind !== 'literal' || first.quoted) return undefined;
  const match = ASSIGNMENT.exec(first.text);
  if (!match) return parser.dialect === 'bash' ? toElementAssignment(token) : undefined;
  const appends = match[2] === '+';
  if (appends && parser.dialect === 'dash') return undefined;
  const rest = first.text.slice(match[0].length);
  const value: Word = rest === '' ? token.word.slice(1) : [{ ...first, text: rest }, ...token.word.slice(1)];
  const assignment: Assignment = { name: match[1]!, value, appends };
  if (parser.dialect === 'bash' && value.length === 0 && parser.words.source.peek() === '(')
    assignment.elements = readArrayElements(parser, parser.words.source);
  return assignment;
}

function toElementAssignment(token: Token): Assignment | undefined {
  const first = token.word[0];
  if (first?.kind !== 'literal' || !/^[A-Za-z_][A-Za-z0-9_]*\[/.test(first.text)) return undefined;
  const match = /^([A-Za-z_][A-Za-z0-9_]*)\[([^\]]*)\](\+?)=/.exec(first.text);
  if (!match) throw new CannotSimulate('bash: an array subscript with expansions on the left of = is not modelled');
  const rest = first.text.slice(match[0].length);
  const value: Word = rest === '' ? token.word.slice(1) : [{ ...first, text: rest }, ...token.word.slice(1)];
  return { name: match[1]!, value, appends: match[3] === '+', subscript: [{ kind: 'literal', text: match[2]!, quoted: true }] };
}
