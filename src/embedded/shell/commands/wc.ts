import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quoteIfNeeded } from './io/quote.ts';

interface Counts {
  l: number;
  w: number;
  m: number;
  c: number;
  L: number;
}

const ORDER = ['l', 'w', 'm', 'c', 'L'] as const;

/** `wc [-clmLw] [file…]` */
export const wc = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'clmwL',
    long: { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L' },
    unmodelledLong: ['files0-from', 'total'],
  });
  const columns = ORDER.filter((key) => (options.list.length === 0 ? 'lwc'.includes(key) : options.has(key)));
  const rows: { counts: Counts; label: Bytes }[] = [];
  const width = numberWidth(context, options, columns.length);
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const counts = yield* countFile(context, path);
    if (!counts) continue;
    rows.push({ counts, label: options.operands.length === 0 ? '' : quoteName(path) });
  }
  if (options.operands.length > 1) rows.push({ counts: total(rows.map((row) => row.counts)), label: 'total' });
  for (const { counts, label } of rows) {
    const numbers = columns.map((key) => String(counts[key]).padStart(width)).join(' ');
    yield* context.writeLine(label === '' ? numbers : `${numbers} ${label}`);
  }
  return undefined;
});

function quoteName(path: Bytes): Bytes {
  return path.includes('\n') ? quoteIfNeeded(path) : path;
}

function* countFile(context: CommandContext, path: Bytes): Task<Counts | undefined> {
  const text = yield* context.readFile(path);
  if (text === undefined) {
    const isDirectory = context.process.files.find(path, context.process)?.kind === 'directory';
    return isDirectory ? { l: 0, w: 0, m: 0, c: 0, L: 0 } : undefined;
  }
  if (/\t/.test(text) && context.args.some((argument) => /^-[a-z]*L/.test(argument)))
    throw new CannotSimulate('wc: the option -L with tabs is not modelled');
  return count(text);
}

function count(text: Bytes): Counts {
  const lines = text.split('\n');
  return {
    l: lines.length - 1,
    w: text.match(/[^\t-\r ]+/g)?.filter((word) => /[!-~]/.test(word)).length ?? 0,
    m: text.length,
    c: text.length,
    L: lines.reduce((longest, line) => Math.max(longest, line.replace(/[^ -~]/g, '').length), 0),
  };
}

function total(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts): number => all.reduce((result, counts) => result + counts[key], 0);
  return { l: sum('l'), w: sum('w'), m: sum('m'), c: sum('c'), L: Math.max(0, ...all.map((counts) => counts.L)) };
}

/** A single number stands alone; more are as wide as the sizes of the files need, or seven where a size is not known. */
function numberWidth(context: CommandContext, options: ParsedOptions, columns: number): number {
  const paths = options.operands;
  if (columns === 1 && paths.length <= 1) return 1;
  let totalBytes = 0;
  let minimum = 1;
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const node = path === '-' ? undefined : context.process.files.find(path, context.process);
    if (path !== '-' && !node) continue;
    if (node?.kind === 'file') totalBytes += node.content.length;
    else minimum = standardInputSize(context, path) === undefined ? 7 : minimum;
    if (path === '-') totalBytes += standardInputSize(context, path) ?? 0;
  }
  return Math.max(minimum, String(totalBytes).length);
}

function standardInputSize(context: CommandContext, path: Bytes): number | undefined {
  if (path !== '-' || !context.process.descriptors.has(0)) return undefined;
  return context.process.descriptors.get(0).size;
}
