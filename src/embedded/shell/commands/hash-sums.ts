import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Bytes } from '../kernel/bytes.ts';
import type { Program } from '../kernel/process.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';

/** `md5sum`, `sha256sum` and their like: prints the sums of files, or checks files against a list of sums. */
export function hashSum(algorithm: 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'): Program {
  return command(function* (context) {
    const options = parseOptions(context.name, context.args, {
      short: 'bctwz',
      long: {
        binary: 'b',
        check: 'c',
        text: 't',
        warn: 'w',
        zero: 'z',
        quiet: 'quiet',
        status: 'status',
        strict: 'strict',
        'ignore-missing': 'ignore-missing',
      },
      unmodelledLong: ['tag'],
    });
    const paths = options.operands.length === 0 ? ['-'] : options.operands;
    for (const path of paths) {
      if (options.has('c')) yield* checkList(context, path, algorithm, options);
      else {
        const text = yield* context.readFile(path);
        if (text !== undefined)
          yield* context.write(`${digest(algorithm, text)} ${options.has('b') ? '*' : ' '}${path}${options.has('z') ? '\0' : '\n'}`);
      }
    }
    return undefined;
  });
}

function digest(algorithm: string, text: Bytes): Bytes {
  return createHash(algorithm).update(Buffer.from(text, 'latin1')).digest('hex');
}

function* checkList(context: CommandContext, list: Bytes, algorithm: string, options: ParsedOptions): Task<void> {
  const text = yield* context.readFile(list);
  if (text === undefined) return;
  const counts = { read: 0, unreadable: 0, wrong: 0, malformed: 0 };
  for (const line of text.split('\n').filter((candidate) => candidate !== '')) {
    const match = /^\\?([0-9A-Fa-f]+) [ *]([^]+)$/.exec(line);
    if (!match || match[1]!.length !== digest(algorithm, '').length) counts.malformed += 1;
    else yield* checkFile(context, match[2]!, match[1]!.toLowerCase(), algorithm, options, counts);
  }
  if (counts.read === 0 && counts.malformed > 0) throw new CommandError(`${list}: no properly formatted checksum lines found`);
  if (options.has('status')) return;
  const warn = function* (count: number, one: string, many: string): Task<void> {
    if (count > 0) yield* context.complain(`WARNING: ${count} ${count === 1 ? one : many}`);
  };
  yield* warn(counts.malformed, 'line is improperly formatted', 'lines are improperly formatted');
  yield* warn(counts.unreadable, 'listed file could not be read', 'listed files could not be read');
  yield* warn(counts.wrong, 'computed checksum did NOT match', 'computed checksums did NOT match');
}

function* checkFile(
  context: CommandContext,
  path: Bytes,
  expected: Bytes,
  algorithm: string,
  options: ParsedOptions,
  counts: { read: number; unreadable: number; wrong: number },
): Task<void> {
  counts.read += 1;
  if (options.has('ignore-missing') && !context.process.files.find(path, context.process)) return;
  const text = yield* context.readFile(path);
  const isSilent = options.has('status');
  if (text === undefined) {
    counts.unreadable += 1;
    if (!isSilent) yield* context.writeLine(`${path}: FAILED open or read`);
    return;
  }
  const isRight = digest(algorithm, text) === expected;
  if (!isRight) {
    counts.wrong += 1;
    context.status = 1;
  }
  if (!isSilent && !(isRight && options.has('quiet'))) yield* context.writeLine(`${path}: ${isRight ? 'OK' : 'FAILED'}`);
}
