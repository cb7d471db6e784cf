import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import type { Word, WordPart } from '../syntax/tree.ts';
import { evaluateText } from './evaluate.ts';
import { expandBraces } from './braces.ts';
import { expandParameter } from './parameter.ts';
import { matchPaths } from './pathname.ts';
import type { Piece, PieceList } from './pieces.ts';
import { splitFields, toPattern } from './pieces.ts';
import { expandTildes } from './tilde.ts';
import type { ExpansionMode, WordExpander } from './word-expander.ts';
import { AS_QUOTED_TEXT } from './word-expander.ts';

const ARGUMENT: ExpansionMode = { tilde: 'start', splitsLiterals: false, quoted: false };
const ASSIGNMENT: ExpansionMode = { tilde: 'assignment', splitsLiterals: false, quoted: false };

/** Expands the words of a command to its arguments: with splitting, file names and quote removal. */
export function* expandFields(shell: Shell, words: readonly Word[]): Task<Bytes[]> {
  const fields: Bytes[] = [];
  for (const word of shell.dialect === 'bash' ? words.flatMap(expandBraces) : words) {
    const plain = plainText(word);
    if (plain === undefined) yield* expandWord(shell, word, fields);
    else fields.push(plain);
  }
  return fields;
}

/** Expands a word to one string, without splitting or file names: the value of an assignment. */
export function* expandAssignment(shell: Shell, word: Word): Task<Bytes> {
  return yield* expandToText(shell, word, ASSIGNMENT);
}

/** Expands a word to one string: a redirection's target, the subject of `case`. */
export function* expandText(shell: Shell, word: Word): Task<Bytes> {
  return yield* expandToText(shell, word, ARGUMENT);
}

/** Expands the body of a here-document or of `$((…))`. */
export function* expandQuoted(shell: Shell, word: Word): Task<Bytes> {
  return yield* expandToText(shell, word, AS_QUOTED_TEXT);
}

/** Expands a word to a pattern in which quoted parts stand for themselves. */
export function* expandPattern(shell: Shell, word: Word): Task<Bytes> {
  const pieces = yield* collect(shell, word, ARGUMENT);
  return inDialect(shell, toPattern(joined(shell, pieces)));
}

/** dash knows only `!` as what turns brackets around. */
function inDialect(shell: Shell, pattern: Bytes): Bytes {
  return shell.dialect === 'dash' && pattern.includes('[^') ? pattern.replaceAll(/(?<!\\)\[\^/g, '[\\^') : pattern;
}

/** bash: expands a word to a regular expression in which quoted parts stand for themselves. */
export function* expandRegex(shell: Shell, word: Word): Task<Bytes> {
  const pieces = yield* collect(shell, word, ARGUMENT);
  return joined(shell, pieces)
    .map(({ text, quoted }) => {
      if (quoted && /^[wWsSbB<>]$/.test(text)) throw new CannotSimulate(`bash: \\${text} in a regular expression is not modelled`);
      return quoted ? text.replace(/[\\.[\]*^$+?(){}|]/g, '\\$&') : text;
    })
    .join('');
}

/** Adds what the parts of a word give to `pieces`. */
function* expandParts(shell: Shell, word: Word, mode: ExpansionMode, pieces: PieceList): Task<void> {
  for (const [index, part] of word.entries()) {
    const quoted = part.quoted || mode.quoted;
    switch (part.kind) {
      case 'literal':
        pushLiteral(shell, word, index, mode, pieces);
        break;
      case 'parameter':
        yield* expandParameter(shell, part, { ...mode, quoted }, pieces, expanderFor(shell));
        break;
      case 'command':
        pieces.push({ text: yield* shell.engine.substitute(shell, part.body), quoted, splits: !quoted });
        break;
      case 'arithmetic':
        pieces.push({ text: evaluateText(shell, yield* expandQuoted(shell, part.expression)).toString(), quoted, splits: !quoted });
        break;
      case 'process':
        pieces.push({ text: shell.engine.substituteProcess(shell, part.operator, part.body), quoted: true, splits: false });
        break;
    }
  }
}

function* expandToText(shell: Shell, word: Word, mode: ExpansionMode): Task<Bytes> {
  const plain = plainText(word);
  if (plain !== undefined) return plain;
  const pieces = yield* collect(shell, word, mode);
  return joined(shell, pieces)
    .map((piece) => piece.text)
    .join('');
}

function expanderFor(shell: Shell): WordExpander {
  return {
    parts: (word, mode, pieces) => expandParts(shell, word, mode, pieces),
    text: (word, mode) => expandToText(shell, word, mode),
    pattern: (word) => expandPattern(shell, word),
  };
}

function* expandWord(shell: Shell, word: Word, fields: Bytes[]): Task<void> {
  const pieces = yield* collect(shell, word, ARGUMENT);
  for (const field of splitFields(pieces, shell.ifs)) {
    const paths = field.pattern === undefined || shell.has('noglob') ? [] : matchPaths(shell.process, inDialect(shell, field.pattern));
    if (paths.length > 0) fields.push(...paths);
    else if (field.pattern === undefined || !shell.has('nullglob') || shell.has('noglob')) fields.push(field.text);
  }
}

function* collect(shell: Shell, word: Word, mode: ExpansionMode): Task<PieceList> {
  const pieces: PieceList = [];
  yield* expandParts(shell, word, mode, pieces);
  let length = 0;
  for (const piece of pieces) if (typeof piece !== 'string') length += piece.text.length;
  if (length > shell.process.kernel.stringBytes) throw new RangeError('a string is too long');
  return pieces;
}

/** Pieces without their breaks: where no fields are made, positional parameters are joined with the first character of IFS. */
function joined(shell: Shell, pieces: PieceList): Piece[] {
  const separator = shell.ifs.slice(0, 1);
  return pieces.map((piece) => (typeof piece === 'string' ? { text: separator, quoted: true, splits: false } : piece));
}

function pushLiteral(shell: Shell, word: Word, index: number, mode: ExpansionMode, pieces: PieceList): void {
  const part = word[index] as WordPart & { kind: 'literal' };
  const quoted = part.quoted || mode.quoted;
  const splits = mode.splitsLiterals && !quoted;
  if (quoted || mode.tilde === 'none' || !part.text.includes('~')) pieces.push({ text: part.text, quoted, splits });
  else
    for (const piece of expandTildes(shell, word, index, mode.tilde === 'assignment'))
      pieces.push({ ...piece, splits: splits && !piece.quoted });
}

/** The text of a word in which nothing is to be expanded. */
function plainText(word: Word): Bytes | undefined {
  const part = word[0];
  if (word.length === 0) return '';
  if (word.length > 1 || part?.kind !== 'literal') return undefined;
  return part.quoted || !/[~*?[]/.test(part.text) ? part.text : undefined;
}
