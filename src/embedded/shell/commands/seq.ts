import type { Bytes } from '../kernel/bytes.ts';
import { formatNumber } from '../text/directive.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `seq [-s separator] [-w] [-f format] [first [increment]] last` */
export const seq = command(function* (context) {
  const hint = `Try '${context.name} --help' for more information.`;
  const args = protectNegatives(context.args);
  const options = parseOptions(context.name, args, {
    short: 'f:s:w',
    long: { 'format=': 'f', 'separator=': 's', 'equal-width': 'w' },
    stopsAtOperand: true,
  });
  const { operands } = options;
  if (operands.length === 0) throw new CommandError(`missing operand\n${hint}`);
  if (operands.length > 3) throw new CommandError(`extra operand ${quote(operands[3]!)}\n${hint}`);
  const wrong = operands.find((operand) => !isNumber(operand));
  if (wrong !== undefined) throw new CommandError(`invalid floating point argument: ${quote(wrong)}\n${hint}`);
  const first = operands.length > 1 ? operands[0]! : '1';
  const increment = operands.length > 2 ? operands[1]! : '1';
  const last = operands.at(-1)!;
  if (Number(increment) === 0) throw new CommandError(`invalid Zero increment value: ${quote(increment)}\n${hint}`);
  const precision = Math.max(decimals(first), decimals(increment));
  const format = formatter(options.get('f'), precision, options.has('w') ? equalWidth(first, increment, last, precision) : 0);
  const separator = options.get('s') ?? '\n';
  let isFirst = true;
  for (let index = 0; ; index += 1) {
    const value = Number((Number(first) + index * Number(increment)).toFixed(precision + 6));
    if (Number(increment) > 0 ? value > Number(last) : value < Number(last)) break;
    yield* context.write((isFirst ? '' : separator) + format(value));
    isFirst = false;
  }
  if (!isFirst) yield* context.write('\n');
  return 0;
});

/** A negative number is an operand, not an option. */
function protectNegatives(args: readonly Bytes[]): readonly Bytes[] {
  const index = args.findIndex((argument) => argument === '--' || /^[-+]?[.\d]/.test(argument));
  if (index < 0 || !/^-[.\d]/.test(args[index]!)) return args;
  return [...args.slice(0, index), '--', ...args.slice(index)];
}

function isNumber(text: Bytes): boolean {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text);
}

function decimals(text: Bytes): number {
  return /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
}

function formatter(format: Bytes | undefined, precision: number, width: number): (value: number) => Bytes {
  if (format === undefined) {
    return (value) => {
      const text = value.toFixed(precision);
      return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
    };
  }
  const match = /^((?:[^%]|%%)*)%([-+ 0#']*)(\d*)(?:\.(\d+))?([eEfFgG])((?:[^%]|%%)*)$/.exec(format);
  if (!match) throw new CommandError(`format ${quote(format)} has no % directive`);
  const [, before, flags, fieldWidth, digits, conversion, after] = match;
  const directive = {
    flags: flags!,
    width: Number(fieldWidth || 0),
    precision: digits === undefined ? undefined : Number(digits),
    conversion: conversion!,
  };
  return (value) => before!.replaceAll('%%', '%') + formatNumber(value, directive) + after!.replaceAll('%%', '%');
}

function equalWidth(first: Bytes, increment: Bytes, last: Bytes, precision: number): number {
  const steps = Math.floor((Number(last) - Number(first)) / Number(increment));
  const end = Number(first) + steps * Number(increment);
  return Math.max(Number(first).toFixed(precision).length, end.toFixed(precision).length, Number(last).toFixed(precision).length);
}
