import type { Bytes } from '../kernel/bytes.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `tac [file…]`: lines in reverse order. */
export const tac = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: '',
    unmodelled: 'brs',
    unmodelledLong: ['before', 'regex', 'separator'],
  });
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const text = yield* context.readFile(path, (error) => `failed to open ${quote(path)} for reading: ${error.message}`);
    if (text !== undefined) yield* context.write((text.match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join(''));
  }
  return undefined;
});

/** `rev [file…]`: characters of each line in reverse order. */
export const rev = command(function* (context) {
  const options = parseOptions(context.name, context.args, { short: '', unmodelled: 'hV0' });
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const descriptor = yield* context.open(path, (error) => `cannot open ${path}: ${error.message}`);
    if (descriptor === undefined) continue;
    const reader = context.lines(descriptor);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      yield* context.write(Array.from(line).reverse().join('') + (reader.isTerminated ? '\n' : ''));
    }
    context.close(descriptor);
  }
  return undefined;
});

/** `yes [text…]`: the text again and again, until nobody reads it. */
export const yes = command(function* (context) {
  const words = context.args[0] === '--' ? context.args.slice(1) : context.args;
  const line = `${words.length === 0 ? 'y' : words.join(' ')}\n`;
  const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
  for (;;) yield* context.process.write(1, block);
});

/** `fold [-bs] [-w width] [file…]` */
export const fold = command(function* (context) {
  const options = parseOptions(context.name, context.args, { short: 'bsw:', long: { bytes: 'b', spaces: 's', 'width=': 'w' } });
  const widthText = options.get('w') ?? '80';
  if (!/^[1-9]\d*$/.test(widthText)) throw new CommandError(`invalid number of columns: ${quote(widthText)}`);
  const width = Number(widthText);
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const text = yield* context.readFile(path);
    if (text === undefined) continue;
    for (const piece of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) yield* context.write(foldLine(piece, width, options.has('s')));
  }
  return undefined;
});

function foldLine(piece: Bytes, width: number, breaksAtSpaces: boolean): Bytes {
  const newline = piece.endsWith('\n') ? '\n' : '';
  let rest = newline === '' ? piece : piece.slice(0, -1);
  const lines: Bytes[] = [];
  while (rest.length > width) {
    const space = breaksAtSpaces ? rest.slice(0, width).lastIndexOf(' ') : -1;
    const length = space < 0 ? width : space + 1;
    lines.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...lines, rest].join('\n') + newline;
}

/** `nl [-b style] [-i step] [-n format] [-s separator] [-v start] [-w width] [file…]` */
export const nl = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'b:i:n:s:v:w:',
    long: {
      'body-numbering=': 'b',
      'line-increment=': 'i',
      'number-format=': 'n',
      'number-separator=': 's',
      'starting-line-number=': 'v',
      'number-width=': 'w',
    },
    unmodelled: 'dfhlp',
    unmodelledLong: ['section-delimiter', 'footer-numbering', 'header-numbering', 'join-blank-lines', 'no-renumber'],
  });
  const style = options.get('b') ?? 't';
  if (!/^[atn]$/.test(style)) throw new CommandError(`invalid body numbering style: ${quote(style)}`);
  const format = options.get('n') ?? 'rn';
  const width = Number(options.get('w') ?? '6');
  const separator = options.get('s') ?? '\t';
  let number = Number(options.get('v') ?? '1');
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const text = yield* context.readFile(path);
    for (const line of text?.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      const isNumbered = style === 'a' || (style === 't' && line !== '\n');
      const shown = format === 'ln' ? String(number).padEnd(width) : String(number).padStart(width, format === 'rz' ? '0' : ' ');
      yield* context.write(
        (isNumbered ? shown + separator : ' '.repeat(width + separator.length)) + (line.endsWith('\n') ? line : `${line}\n`),
      );
      if (isNumbered) number += Number(options.get('i') ?? '1');
    }
  }
  return undefined;
});
