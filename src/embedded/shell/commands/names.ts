import { baseName, parentPath } from '../kernel/path.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';

/** `basename name [suffix]`, `basename -a [-s suffix] name…` */
export const basename = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'as:z',
    long: { multiple: 'a', 'suffix=': 's', zero: 'z' },
    stopsAtOperand: true,
  });
  const hint = `\nTry '${context.name} --help' for more information.`;
  const { operands } = options;
  if (operands.length === 0) throw new CommandError(`missing operand${hint}`);
  const isMultiple = options.has('a') || options.has('s');
  if (!isMultiple && operands.length > 2) throw new CommandError(`extra operand ${quote(operands[2]!)}${hint}`);
  const suffix = options.get('s') ?? (isMultiple ? '' : (operands[1] ?? ''));
  for (const operand of isMultiple ? operands : operands.slice(0, 1)) {
    const name = baseName(operand);
    const isCut = suffix !== '' && name !== suffix && name.endsWith(suffix);
    yield* context.write((isCut ? name.slice(0, -suffix.length) : name) + (options.has('z') ? '\0' : '\n'));
  }
  return 0;
});

/** `dirname name…` */
export const dirname = command(function* (context) {
  const options = parseOptions(context.name, context.args, { short: 'z', long: { zero: 'z' } });
  if (options.operands.length === 0) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`);
  for (const operand of options.operands) yield* context.write(parentPath(operand) + (options.has('z') ? '\0' : '\n'));
  return 0;
});
