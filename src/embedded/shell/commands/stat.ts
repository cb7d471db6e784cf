import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Node } from '../kernel/node.ts';
import { SystemError } from '../kernel/system-error.ts';
import { decodeEscapes } from '../text/escapes.ts';
import { formatDate } from './date-format.ts';
import { linkCount, modeLetters, sizeOf } from './file-facts.ts';
import { userName } from './identity.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `stat -c format file…` and `stat --printf format file…`; the long form without a format is not modelled. */
export const stat = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'c:L',
    long: { 'format=': 'c', 'printf=': 'printf', dereference: 'L' },
    unmodelled: 'ft',
    unmodelledLong: ['file-system', 'terse', 'cached'],
  });
  if (options.operands.length === 0) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  const key = options.last('c', 'printf');
  if (key === undefined) throw new CannotSimulate('stat: output without a format is not modelled');
  const format = options.get(key)!;
  const template =
    key === 'c'
      ? `${format}\n`
      : decodeEscapes(format, { zeroPrefix: false, bareOctal: true, hex: true, escapeCharacter: true, quote: true }).text;
  for (const path of options.operands) {
    try {
      const node = context.process.files.node(path, context.process, options.has('L'));
      yield* context.write(
        template.replace(/%(-?)(\d*)([A-Za-z%])/g, (_whole, left: string, width: string, letter: string) =>
          pad(field(context, path, node, letter), left, width),
        ),
      );
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* context.complain(`cannot statx ${quote(path)}: ${error.message}`);
      context.status = 1;
    }
  }
  return undefined;
});

function pad(text: Bytes, left: string, width: string): Bytes {
  return left === '' ? text.padStart(Number(width)) : text.padEnd(Number(width));
}

function field(context: CommandContext, path: Bytes, node: Node, letter: string): Bytes {
  switch (letter) {
    case '%':
      return '%';
    case 'a':
      return node.mode.toString(8);
    case 'A':
      return modeLetters(node);
    case 'F':
      return typeName(node);
    case 'g':
      return '0';
    case 'G':
      return 'root';
    case 'h':
      return String(linkCount(node));
    case 'n':
      return path;
    case 'N':
      return node.kind === 'symlink' ? `${quote(path)} -> ${quote(node.target)}` : quote(path);
    case 's':
      return String(sizeOf(node));
    case 'u':
      return String(node.user);
    case 'U':
      return userName(context.process, node.user) ?? 'UNKNOWN';
    case 'X':
    case 'Y':
    case 'Z':
      return String(Math.floor(node.modifiedMs / 1000));
    case 'x':
    case 'y':
    case 'z':
      return formatDate(node.modifiedMs, '%Y-%m-%d %H:%M:%S.%N %z');
    default:
      throw new CannotSimulate(`stat: the directive %${letter} is not modelled`);
  }
}

function typeName(node: Node): string {
  if (node.kind === 'file') return node.content === '' ? 'regular empty file' : 'regular file';
  return { directory: 'directory', symlink: 'symbolic link', device: 'character special file', kernel: 'directory' }[node.kind];
}
