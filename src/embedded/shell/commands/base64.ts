import { Buffer } from 'node:buffer';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `base64 [-di] [-w columns] [file]` */
export const base64 = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'diw:',
    long: { decode: 'd', 'ignore-garbage': 'i', 'wrap=': 'w' },
  });
  if (options.operands.length > 1)
    throw new CommandError(`extra operand ${quote(options.operands[1]!)}\nTry '${context.name} --help' for more information.`);
  const columnsText = options.get('w') ?? '76';
  if (!/^\d+$/.test(columnsText)) throw new CommandError(`invalid wrap size: ${quote(columnsText)}`);
  const text = yield* context.readFile(options.operands[0] ?? '-');
  if (text === undefined) return 1;
  if (!options.has('d')) {
    const encoded = Buffer.from(text, 'latin1').toString('base64');
    const columns = Number(columnsText);
    if (columns === 0) yield* context.write(encoded);
    else for (let start = 0; start < encoded.length; start += columns) yield* context.writeLine(encoded.slice(start, start + columns));
    return 0;
  }
  const input = options.has('i') ? text.replace(/[^A-Za-z0-9+/=]/g, '') : text.replaceAll('\n', '');
  const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(input)![0];
  yield* context.write(Buffer.from(valid, 'base64').toString('latin1'));
  if (valid.length === input.length) return 0;
  const rest = /^[A-Za-z0-9+/]{2,3}/.exec(input.slice(valid.length))?.[0] ?? '';
  yield* context.write(Buffer.from(rest, 'base64').toString('latin1'));
  throw new CommandError('invalid input');
});
