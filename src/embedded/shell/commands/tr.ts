import type { Bytes } from '../kernel/bytes.ts';
import { characterClass } from '../regex/byte-set.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `tr [-cCdst] set1 [set2]` */
export const tr = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'cCdst',
    long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
    stopsAtOperand: true,
  });
  const translate = translator(context.name, options.operands, {
    isComplement: options.has('c') || options.has('C'),
    deletes: options.has('d'),
    squeezes: options.has('s'),
    truncates: options.has('t'),
  });
  for (let data = yield* context.process.read(0); data !== ''; data = yield* context.process.read(0)) yield* context.write(translate(data));
  return 0;
});

interface Mode {
  isComplement: boolean;
  deletes: boolean;
  squeezes: boolean;
  truncates: boolean;
}

function translator(name: Bytes, operands: readonly Bytes[], mode: Mode): (data: Bytes) => Bytes {
  mustHaveOperands(name, operands, mode);
  const first = parseSet(operands[0]!);
  const members = mode.isComplement ? complement(first.codes) : first.codes;
  const second = operands[1] === undefined ? undefined : parseSet(operands[1], members.length);
  const squeezed = new Set(mode.squeezes ? (second?.codes ?? members) : []);
  let lastSqueezed = -1;
  const squeeze = (codes: readonly number[]): number[] =>
    codes.filter((code) => {
      const isRepeated = code === lastSqueezed && squeezed.has(code);
      lastSqueezed = code;
      return !isRepeated;
    });
  if (mode.deletes) {
    const deleted = new Set(members);
    return (data) => toText(squeeze(toCodes(data).filter((code) => !deleted.has(code))));
  }
  const map = second && !(mode.squeezes && operands.length === 1) ? translationMap(members, second.codes, first, second, mode) : undefined;
  return (data) => toText(squeeze(map ? toCodes(data).map((code) => map[code]!) : toCodes(data)));
}

function mustHaveOperands(name: Bytes, operands: readonly Bytes[], mode: Mode): void {
  const hint = `\nTry '${name} --help' for more information.`;
  const least = mode.deletes === mode.squeezes ? 2 : 1;
  const most = mode.deletes && !mode.squeezes ? 1 : 2;
  if (operands.length === 0) throw new CommandError(`missing operand${hint}`);
  if (operands.length < least) {
    const why = mode.squeezes
      ? 'Two strings must be given when both deleting and squeezing repeats.'
      : 'Two strings must be given when translating.';
    throw new CommandError(`missing operand after ${quote(operands.at(-1)!)}\n${why}${hint}`);
  }
  if (operands.length > most) {
    const why = operands.length === 2 ? '\nOnly one string may be given when deleting without squeezing repeats.' : '';
    throw new CommandError(`extra operand ${quote(operands[most]!)}${why}${hint}`);
  }
}

function translationMap(from: readonly number[], to: readonly number[], first: ParsedSet, second: ParsedSet, mode: Mode): number[] {
  if (to.length === 0) throw new CommandError('when not truncating set1, string2 must be non-empty');
  const map = Array.from({ length: 256 }, (_unused, code) => code);
  if (first.caseClass !== undefined && second.caseClass !== undefined && first.caseClass !== second.caseClass) {
    for (let code = 0; code < 256; code += 1)
      map[code] =
        first.caseClass === 'upper' && code >= 65 && code <= 90
          ? code + 32
          : first.caseClass === 'lower' && code >= 97 && code <= 122
            ? code - 32
            : code;
    return map;
  }
  const length = mode.truncates ? Math.min(from.length, to.length) : from.length;
  for (let index = 0; index < length; index += 1) map[from[index]!] = to[Math.min(index, to.length - 1)]!;
  return map;
}

interface ParsedSet {
  codes: number[];
  /** The set is just `[:upper:]` or `[:lower:]`. */
  caseClass: 'upper' | 'lower' | undefined;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/** Parses a set; `fillTo` is how long `[c*]` makes it. */
function parseSet(text: Bytes, fillTo = 0): ParsedSet {
  const codes: number[] = [];
  let fill: { at: number; code: number } | undefined;
  for (let index = 0; index < text.length;) {
    const named = /^\[:([a-z]+):\]/.exec(text.slice(index));
    const repeated = /^\[(\\[0-7]{1,3}|\\?[^])\*(\d*)\]/.exec(text.slice(index));
    if (named) {
      codes.push(...classCodes(named[1]!));
      index += named[0].length;
    } else if (repeated) {
      const code = readCode(repeated[1]!, 0).code;
      const count = repeated[2] === '' ? 0 : parseInt(repeated[2]!, repeated[2]!.startsWith('0') ? 8 : 10);
      if (count === 0) fill = { at: codes.length, code };
      for (let left = count; left > 0; left -= 1) codes.push(code);
      index += repeated[0].length;
    } else index = readRange(text, index, codes);
  }
  if (fill) codes.splice(fill.at, 0, ...Array.from({ length: Math.max(0, fillTo - codes.length) }, () => fill.code));
  const only = /^\[:(upper|lower):\]$/.exec(text)?.[1] as 'upper' | 'lower' | undefined;
  return { codes, caseClass: only };
}

function readRange(text: Bytes, index: number, codes: number[]): number {
  const first = readCode(text, index);
  if (text[first.end] !== '-' || first.end + 1 >= text.length) {
    codes.push(first.code);
    return first.end;
  }
  const last = readCode(text, first.end + 1);
  if (last.code < first.code)
    throw new CommandError(`range-endpoints of ${quote(text.slice(index, last.end))} are in reverse collating sequence order`);
  for (let code = first.code; code <= last.code; code += 1) codes.push(code);
  return last.end;
}

function readCode(text: Bytes, index: number): { code: number; end: number } {
  if (text[index] !== '\\' || index + 1 >= text.length) return { code: text.charCodeAt(index), end: index + 1 };
  const octal = /^[0-7]{1,3}/.exec(text.slice(index + 1, index + 4));
  if (octal) return { code: parseInt(octal[0], 8) & 255, end: index + 1 + octal[0].length };
  const escaped = text[index + 1]!;
  return { code: ESCAPES[escaped] ?? escaped.charCodeAt(0), end: index + 2 };
}

function classCodes(name: string): number[] {
  const members = characterClass(name);
  if (!members) throw new CommandError(`invalid character class ${quote(name)}`);
  return members.codes();
}

function complement(codes: readonly number[]): number[] {
  const members = new Set(codes);
  return Array.from({ length: 256 }, (_unused, code) => code).filter((code) => !members.has(code));
}

function toCodes(text: Bytes): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function toText(codes: readonly number[]): Bytes {
  let text = '';
  for (let index = 0; index < codes.length; index += 8192) text += String.fromCharCode(...codes.slice(index, index + 8192));
  return text;
}
