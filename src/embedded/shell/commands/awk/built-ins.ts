import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import type { Task } from '../../kernel/task.ts';
import { CommandError } from '../io/command-error.ts';
import { formatDate } from '../date-format.ts';
import type { Evaluator } from './evaluator.ts';
import { splitByRegex, splitText } from './record.ts';
import { lowerCase, replaceMatches, substr, upperCase } from './text-functions.ts';
import type { Expression, LeftValue } from './tree.ts';
import type { Value } from './values.ts';
import { fromInput, toNumber } from './values.ts';

const DATE_FORMAT = '%c';
const RECORD: LeftValue = { kind: 'field', index: { kind: 'number', value: 0 } };

const NUMERIC: Readonly<Record<string, (x: number, y: number) => number>> = {
  atan2: (y, x) => Math.atan2(y, x),
  cos: Math.cos,
  exp: Math.exp,
  int: Math.trunc,
  log: Math.log,
  sin: Math.sin,
  sqrt: Math.sqrt,
};

/** Calls a built-in function. */
export function* callBuiltIn(evaluator: Evaluator, name: string, args: readonly Expression[]): Task<Value> {
  const numeric = NUMERIC[name];
  if (numeric) {
    const [x, y] = yield* evaluator.evaluateAll(args);
    return numeric(toNumber(x), toNumber(y));
  }
  switch (name) {
    case 'length':
      return yield* length(evaluator, args);
    case 'split':
      return yield* split(evaluator, args);
    case 'sub':
    case 'gsub':
      return yield* substitute(evaluator, args, name === 'gsub');
    case 'match':
      return yield* match(evaluator, args);
    default:
      return yield* callWithValues(evaluator, name, yield* evaluator.evaluateAll(args));
  }
}

function* callWithValues(evaluator: Evaluator, name: string, values: readonly Value[]): Task<Value> {
  const text = (index: number): Bytes => evaluator.text(values[index]);
  switch (name) {
    case 'substr':
      return substr(text(0), toNumber(values[1]), values.length > 2 ? toNumber(values[2]) : undefined);
    case 'index':
      return text(1) === '' ? 0 : text(0).indexOf(text(1)) + 1;
    case 'tolower':
      return lowerCase(text(0));
    case 'toupper':
      return upperCase(text(0));
    case 'sprintf':
      return evaluator.sprintf(values);
    case 'system':
      return yield* evaluator.streams.run(text(0));
    case 'close':
      return yield* evaluator.streams.close(text(0));
    case 'fflush':
      yield* evaluator.streams.flush();
      return 0;
    case 'rand':
    case 'srand':
      return random(evaluator, name, values);
    default:
      return time(evaluator, name, values);
  }
}

function* length(evaluator: Evaluator, [argument]: readonly Expression[]): Task<number> {
  if (!argument) return evaluator.record.text.length;
  if (argument.kind === 'variable' && evaluator.scope.cell(argument.name).isArray) return evaluator.scope.cell(argument.name).array.size;
  return evaluator.text(yield* evaluator.evaluate(argument)).length;
}

function* split(evaluator: Evaluator, [subject, array, separator]: readonly Expression[]): Task<number> {
  if (!subject || array?.kind !== 'variable') throw new CommandError('line 1: syntax error in call to split', 2);
  const text = evaluator.text(yield* evaluator.evaluate(subject));
  let parts: Bytes[];
  if (text === '') parts = [];
  else if (separator?.kind === 'regex') parts = separator.source === '' ? Array.from(text) : splitByRegex(text, separator.source);
  else parts = splitText(text, separator ? evaluator.text(yield* evaluator.evaluate(separator)) : evaluator.textOf('FS'));
  const elements = evaluator.scope.cell(array.name).array;
  elements.clear();
  for (const [index, part] of parts.entries()) elements.set(String(index + 1), fromInput(part));
  return parts.length;
}

function* substitute(evaluator: Evaluator, args: readonly Expression[], isGlobal: boolean): Task<number> {
  const [pattern, replacement, subject = RECORD] = args;
  if (!pattern || !replacement) throw new CommandError(`line 1: not enough arguments in call to ${isGlobal ? 'gsub' : 'sub'}`, 2);
  const regex = yield* evaluator.regex(pattern);
  const right = evaluator.text(yield* evaluator.evaluate(replacement));
  const before = evaluator.text(yield* evaluator.evaluate(subject));
  const { text, count } = replaceMatches(before, regex, right, isGlobal);
  const target = subject.kind === 'group' ? subject.items[0]! : subject;
  const isTarget = target.kind === 'variable' || target.kind === 'element' || target.kind === 'field';
  if (count > 0 && isTarget) yield* evaluator.store(target, text);
  return count;
}

function* match(evaluator: Evaluator, [subject, pattern]: readonly Expression[]): Task<number> {
  if (!subject || !pattern) throw new CommandError('line 1: not enough arguments in call to match', 2);
  const text = evaluator.text(yield* evaluator.evaluate(subject));
  const found = (yield* evaluator.regex(pattern)).exec(text, 0);
  evaluator.assign('RSTART', found ? found.start + 1 : 0);
  evaluator.assign('RLENGTH', found ? found.end - found.start : -1);
  return found ? found.start + 1 : 0;
}

/** Numbers that nobody can foretell come from the sandbox's own generator; a program that gives a seed expects the same ones again. */
function random(evaluator: Evaluator, name: 'rand' | 'srand', values: readonly Value[]): number {
  if (name === 'rand') return evaluator.context.process.kernel.random.below(2 ** 31) / 2 ** 31;
  if (values.length > 0) throw new CannotSimulate('awk: srand with a seed is not modelled');
  return 0;
}

function time(evaluator: Evaluator, name: string, values: readonly Value[]): Value {
  const nowSeconds = Math.floor(evaluator.context.process.kernel.host.now() / 1000);
  if (name === 'systime') return nowSeconds;
  if (name === 'strftime') {
    const format = values.length > 0 ? evaluator.text(values[0]) : DATE_FORMAT;
    return formatDate((values.length > 1 ? toNumber(values[1]) : nowSeconds) * 1000, format);
  }
  const parts = /^\s*(\d{1,4})\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(evaluator.text(values[0]));
  if (!parts) return -1;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second) / 1000;
}
