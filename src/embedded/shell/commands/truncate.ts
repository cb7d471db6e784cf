import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { SystemError } from '../kernel/system-error.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import { parseSize } from './io/size.ts';

const LARGEST_BYTES = 1_048_576;

/** `truncate -s size file…` */
export const truncate = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'cs:',
    long: { 'no-create': 'c', 'size=': 's' },
    unmodelled: 'or',
    unmodelledLong: ['io-blocks', 'reference'],
  });
  const text = options.get('s');
  const hint = `\nTry '${context.name} --help' for more information.`;
  if (text === undefined) throw new CommandError(`you must specify either '--size' or '--reference'${hint}`);
  if (options.operands.length === 0) throw new CommandError(`missing file operand${hint}`);
  const relative = /^[-+]/.exec(text)?.[0];
  const size = parseSize(text.replace(/^[-+]/, ''));
  if (size === undefined)
    throw /^[<>/%]/.test(text)
      ? new CannotSimulate(`truncate: the size ${text} is not modelled`)
      : new CommandError(`Invalid number: ${quote(text)}`);
  const { files } = context.process;
  for (const path of options.operands) {
    try {
      const place = files.locate(path, context.process);
      if (!place.node && options.has('c')) continue;
      const node = place.node ?? files.createFile(place, 0o666 & ~context.process.umask, context.process);
      if (node.kind !== 'file') throw new SystemError('EISDIR');
      files.mayWrite({ ...place, node }, context.process);
      const length = relative === undefined ? size : Math.max(0, node.content.length + (relative === '-' ? -size : size));
      if (length > LARGEST_BYTES && length > node.content.length)
        throw new CannotSimulate('truncate: a file of more than a megabyte is not modelled');
      files.setContent(node, node.content.slice(0, length).padEnd(length, '\0'));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* context.complain(`cannot open ${quote(path)} for writing: ${error.message}`);
      context.status = 1;
    }
  }
  return undefined;
});
