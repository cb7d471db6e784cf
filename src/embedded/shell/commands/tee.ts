import { SystemError } from '../kernel/system-error.ts';
import { command } from './io/command.ts';
import { parseOptions } from './io/options.ts';
import { quoteIfNeeded } from './io/quote.ts';

/** `tee [-ai] [file…]`: copies what it reads to standard output and to files, at once. */
export const tee = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'ai',
    long: { append: 'a', 'ignore-interrupts': 'i' },
    unmodelled: 'p',
    unmodelledLong: ['output-error'],
  });
  if (options.has('i')) context.process.ignored.add('INT');
  const targets = [{ path: 'standard output', descriptor: 1 }];
  for (const path of options.operands) {
    try {
      const mode = { write: true, create: true, append: options.has('a'), truncate: !options.has('a') };
      targets.push({ path, descriptor: context.process.open(path, mode) });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* context.complain(`${quoteIfNeeded(path)}: ${error.message}`);
      context.status = 1;
    }
  }
  for (let data = yield* context.process.read(0); data !== ''; data = yield* context.process.read(0)) {
    for (const target of [...targets]) {
      try {
        yield* context.process.write(target.descriptor, data);
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        yield* context.complain(`${target.path}: ${error.message}`);
        context.status = 1;
        targets.splice(targets.indexOf(target), 1);
      }
    }
    if (targets.length === 0) break;
  }
  return undefined;
});
