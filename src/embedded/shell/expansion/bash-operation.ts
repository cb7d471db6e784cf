import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import type { ParameterOperation } from '../syntax/tree.ts';
import { evaluateText } from './evaluate.ts';
import { Pattern } from './pattern.ts';
import type { ParameterValue, WordExpander } from './word-expander.ts';
import { AS_QUOTED_TEXT, mapValue } from './word-expander.ts';

/** Applies the operators of `${name…}` that only bash has. */
export function* applyBashOperation(
  shell: Shell,
  operation: ParameterOperation,
  value: ParameterValue,
  name: Bytes,
  words: WordExpander,
): Task<ParameterValue> {
  switch (operation.kind) {
    case 'slice': {
      const offset = Number(evaluateText(shell, yield* words.text(operation.offset, AS_QUOTED_TEXT)));
      const length = operation.length && Number(evaluateText(shell, yield* words.text(operation.length, AS_QUOTED_TEXT)));
      return slice(shell, value, offset, length, name);
    }
    case 'replace': {
      const pattern = Pattern.compile(yield* words.pattern(operation.pattern));
      const replacement = yield* words.text(operation.replacement, AS_QUOTED_TEXT);
      return mapValue(value, (text) => replace(text, pattern, replacement, operation.where));
    }
    case 'case':
      return mapValue(value, (text) => changeCase(text, operation));
    default:
      throw new CannotSimulate(`bash: the expansion \${${name}…} is not modelled`);
  }
}

function slice(shell: Shell, value: ParameterValue, offset: number, length: number | undefined, name: Bytes): ParameterValue {
  if (value.list) {
    if (name !== '@' && name !== '*') return { ...value, list: sliceList(value.list, offset, length) };
    const withName = [shell.name, ...value.list];
    const start = offset < 0 ? withName.length + offset : offset;
    return { ...value, list: sliceList(start === 0 ? withName : withName.slice(start), 0, length) };
  }
  const text = value.text ?? '';
  const start = offset < 0 ? text.length + offset : offset;
  if (start < 0 || start > text.length) return { text: '' };
  const end = length === undefined ? text.length : length < 0 ? text.length + length : start + length;
  if (end < start) throw new ShellError(`${length}: substring expression < 0`, 1);
  return { text: text.slice(start, end) };
}

function sliceList(list: readonly Bytes[], offset: number, length: number | undefined): readonly Bytes[] {
  const start = offset < 0 ? list.length + offset : offset;
  if (length !== undefined && length < 0) throw new ShellError(`${length}: substring expression < 0`, 1);
  return start < 0 ? [] : list.slice(start, length === undefined ? undefined : start + length);
}

function replace(text: Bytes, pattern: Pattern, replacement: Bytes, where: 'first' | 'all' | 'start' | 'end'): Bytes {
  if (where === 'start') {
    const length = pattern.prefixLength(text, true);
    return length === undefined ? text : replacement + text.slice(length);
  }
  if (where === 'end') {
    const start = pattern.suffixStart(text, true);
    return start === undefined ? text : text.slice(0, start) + replacement;
  }
  return replaceAnywhere(text, pattern, replacement, where === 'all');
}

function replaceAnywhere(text: Bytes, pattern: Pattern, replacement: Bytes, all: boolean): Bytes {
  let result = '';
  for (let position = 0; position < text.length;) {
    const length = longestFrom(text, pattern, position);
    if (length === undefined || length === 0) result += text[position++]!;
    else {
      result += replacement;
      position += length;
      if (!all) return result + text.slice(position);
    }
  }
  return result;
}

function longestFrom(text: Bytes, pattern: Pattern, start: number): number | undefined {
  for (let end = text.length; end > start; end -= 1) if (pattern.matchesRange(text, start, end)) return end - start;
  return undefined;
}

function changeCase(text: Bytes, { upper, all }: { upper: boolean; all: boolean }): Bytes {
  const changed = all ? text : text.slice(0, 1);
  const mapped = changed.replace(upper ? /[a-z]+/g : /[A-Z]+/g, (letters) => (upper ? letters.toUpperCase() : letters.toLowerCase()));
  return all ? mapped : mapped + text.slice(1);
}
