import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isVariableName } from '../interpreter/variable-table.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import type { ParameterPart, Word } from '../syntax/tree.ts';
import { assignElement, elementsOf, elementValue } from './array.ts';
import { applyBashOperation } from './bash-operation.ts';
import { evaluateText } from './evaluate.ts';
import { Pattern } from './pattern.ts';
import type { PieceList } from './pieces.ts';
import type { ExpansionMode, ParameterValue, WordExpander } from './word-expander.ts';
import { AS_QUOTED_TEXT, mapValue } from './word-expander.ts';

/** `${name-word}`, `${name=word}`, `${name?word}` and `${name+word}`. */
interface WordOperation {
  kind: 'default' | 'assign' | 'error' | 'alternative';
  orEmpty: boolean;
  word: Word;
}

/** Adds what `$name` or `${name…}` gives to `pieces`. */
export function* expandParameter(
  shell: Shell,
  part: ParameterPart,
  mode: ExpansionMode,
  pieces: PieceList,
  words: WordExpander,
): Task<void> {
  const { operation } = part;
  if (operation?.kind === 'bad') throw new ShellError('Bad substitution');
  const value = yield* lookUp(shell, part, words);
  if (operation && 'word' in operation) yield* expandWithWord(shell, part, operation, value, mode, pieces, words);
  else {
    mustBeSet(shell, part, value);
    push(shell, yield* applyOperation(shell, part, value, words), mode, pieces);
  }
}

function* lookUp(shell: Shell, part: ParameterPart, words: WordExpander): Task<ParameterValue> {
  const { name, subscript, operation } = part;
  if (operation?.kind === 'keys') return { list: [...elementsOf(shell, name).keys()].map(String), isJoined: subscript === '*' };
  if (operation?.kind === 'indirect') return { text: indirectValue(shell, name) };
  if (name === '@' || name === '*') return { list: shell.positional, isJoined: name === '*' };
  if (subscript === '@' || subscript === '*') return { list: [...elementsOf(shell, name).values()], isJoined: subscript === '*' };
  if (subscript === undefined) return { text: shell.parameter(name) };
  return { text: elementValue(shell, name, yield* subscriptValue(shell, subscript, words)) };
}

function* subscriptValue(shell: Shell, subscript: Word, words: WordExpander): Task<bigint> {
  return evaluateText(shell, yield* words.text(subscript, AS_QUOTED_TEXT));
}

function indirectValue(shell: Shell, name: Bytes): Bytes | undefined {
  const target = shell.parameter(name);
  if (target === undefined || target === '') throw new ShellError(`${name}: invalid indirect expansion`, 1);
  return shell.parameter(target);
}

function* expandWithWord(
  shell: Shell,
  part: ParameterPart,
  operation: WordOperation,
  value: ParameterValue,
  mode: ExpansionMode,
  pieces: PieceList,
  words: WordExpander,
): Task<void> {
  if (mode.quoted) pieces.push({ text: '', quoted: true, splits: false });
  const isPresent = operation.orEmpty ? joinList(shell, value) !== '' && isSet(value) : isSet(value);
  if (operation.kind === 'alternative') {
    if (isPresent) yield* words.parts(operation.word, { ...mode, splitsLiterals: true }, pieces);
  } else if (isPresent) push(shell, value, mode, pieces);
  else if (operation.kind === 'default') yield* words.parts(operation.word, { ...mode, splitsLiterals: true }, pieces);
  else if (operation.kind === 'assign') push(shell, yield* assignDefault(shell, part, operation.word, mode, words), mode, pieces);
  else throw yield* missing(shell, part, operation, words);
}

function* assignDefault(shell: Shell, part: ParameterPart, word: Word, mode: ExpansionMode, words: WordExpander): Task<ParameterValue> {
  if (!isVariableName(part.name)) throw new ShellError(`${part.name}: bad variable name`);
  const text = yield* words.text(word, { ...mode, tilde: 'start' });
  if (part.subscript !== undefined && typeof part.subscript !== 'string')
    assignElement(shell, part.name, yield* subscriptValue(shell, part.subscript, words), text);
  else shell.variables.set(part.name, text);
  return { text };
}

function* missing(shell: Shell, part: ParameterPart, operation: WordOperation, words: WordExpander): Task<ShellError> {
  const text = yield* words.text(operation.word, { tilde: 'start', splitsLiterals: false, quoted: false });
  if (shell.dialect === 'bash')
    return new ShellError(`${part.name}: ${text || (operation.orEmpty ? 'parameter null or not set' : 'parameter not set')}`, 127);
  return new ShellError(`${part.name}: ${text || (operation.orEmpty ? 'parameter not set or null' : 'parameter not set')}`);
}

function mustBeSet(shell: Shell, part: ParameterPart, value: ParameterValue): void {
  if (isSet(value) || value.list || !shell.has('nounset')) return;
  if (shell.dialect === 'bash') throw new ShellError(`${part.name}: unbound variable`, 127);
  throw new ShellError(`${part.name}: parameter not set`);
}

function* applyOperation(shell: Shell, part: ParameterPart, value: ParameterValue, words: WordExpander): Task<ParameterValue> {
  const { operation } = part;
  switch (operation?.kind) {
    case undefined:
    case 'indirect':
    case 'keys':
      return value;
    case 'length':
      return { text: String(lengthOf(shell, value)) };
    case 'trim': {
      if (value.list && value.list.length > 1 && shell.dialect === 'dash')
        throw new CannotSimulate(
          `trimming several parameters with \${${part.name}${operation.end === 'prefix' ? '#' : '%'}…} is not modelled`,
        );
      const pattern = Pattern.compile(yield* words.pattern(operation.pattern));
      return mapValue(value, (text) => trim(text, pattern, operation));
    }
    default:
      return yield* applyBashOperation(shell, operation!, value, part.name, words);
  }
}

/** bash counts the elements of a list, dash the characters of all of them joined. */
function lengthOf(shell: Shell, value: ParameterValue): number {
  return value.list && shell.dialect === 'bash' ? value.list.length : (joinList(shell, value) ?? '').length;
}

function trim(text: Bytes, pattern: Pattern, { end, longest }: { end: 'prefix' | 'suffix'; longest: boolean }): Bytes {
  return end === 'prefix' ? text.slice(pattern.prefixLength(text, longest) ?? 0) : text.slice(0, pattern.suffixStart(text, longest));
}

function isSet(value: ParameterValue): boolean {
  return value.list ? value.list.length > 0 : value.text !== undefined;
}

function joinList(shell: Shell, value: ParameterValue): Bytes | undefined {
  return value.list ? value.list.join(shell.ifs.slice(0, 1)) : value.text;
}

function push(shell: Shell, value: ParameterValue, mode: ExpansionMode, pieces: PieceList): void {
  const { quoted } = mode;
  if (!value.list) pieces.push({ text: value.text ?? '', quoted, splits: !quoted });
  else if (quoted && value.isJoined) pieces.push({ text: joinList(shell, value)!, quoted, splits: false });
  else {
    for (const [index, text] of value.list.entries()) {
      if (index > 0) pieces.push(quoted ? 'hard' : 'soft');
      pieces.push({ text, quoted, splits: !quoted });
    }
  }
}
