import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { baseName } from '../../kernel/path.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import { formatDate } from '../date-format.ts';
import type { CommandContext } from '../io/command.ts';
import { command } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import type { ParsedOptions } from '../io/options.ts';
import { parseOptions } from '../io/options.ts';
import { quote } from '../io/quote.ts';
import { editScript } from './edit-script.ts';
import { normalFormat, unifiedFormat } from './formats.ts';

/** `diff [-bBiqsuw] [-U lines] file1 file2`: status 1 when the files differ, 2 for trouble. */
export const diff = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'aBbiNqsuU:w',
    long: {
      brief: 'q',
      'report-identical-files': 's',
      'unified?': 'unified',
      'ignore-case': 'i',
      'ignore-space-change': 'b',
      'ignore-all-space': 'w',
      'new-file': 'N',
      text: 'a',
      normal: 'normal',
      'color?': 'color',
      'label=': 'label',
      'strip-trailing-cr': 'strip-trailing-cr',
    },
    unmodelled: 'cCdDeEfFHIlLnprStTxXyZ',
    unmodelledLong: [
      'context',
      'ed',
      'rcs',
      'side-by-side',
      'width',
      'recursive',
      'exclude',
      'exclude-from',
      'minimal',
      'suppress-common-lines',
      'ignore-blank-lines',
      'ignore-matching-lines',
      'ignore-tab-expansion',
      'ignore-trailing-space',
      'expand-tabs',
      'initial-tab',
      'show-c-function',
      'paginate',
      'ifdef',
      'line-format',
      'old-line-format',
      'new-line-format',
      'unchanged-line-format',
      'from-file',
      'to-file',
      'horizon-lines',
      'speed-large-files',
      'no-dereference',
      'starting-file',
    ],
    errorStatus: 2,
    usage: `${context.name}: Try '${context.name} --help' for more information.`,
  });
  if (options.has('B')) throw new CannotSimulate('diff: the option -B is not modelled');
  const hint = `\n${context.name}: Try '${context.name} --help' for more information.`;
  const { operands } = options;
  if (operands.length < 2) throw new CommandError(`missing operand after ${quote(operands.at(-1) ?? context.name)}${hint}`, 2);
  if (operands.length > 2) throw new CommandError(`extra operand ${quote(operands[2]!)}${hint}`, 2);
  return yield* compareFiles(context, ...resolveDirectories(context, operands[0]!, operands[1]!), options);
});

/** A file is compared with the one of its name in a directory. */
function resolveDirectories(context: CommandContext, left: Bytes, right: Bytes): [Bytes, Bytes] {
  const isDirectory = (path: Bytes): boolean => path !== '-' && context.process.files.find(path, context.process)?.kind === 'directory';
  if (isDirectory(left) && isDirectory(right)) throw new CannotSimulate('diff: comparing directories is not modelled');
  if (isDirectory(left)) return [`${left.replace(/\/$/, '')}/${baseName(right)}`, right];
  if (isDirectory(right)) return [left, `${right.replace(/\/$/, '')}/${baseName(left)}`];
  return [left, right];
}

function* compareFiles(context: CommandContext, left: Bytes, right: Bytes, options: ParsedOptions): Task<number> {
  const first = yield* read(context, left, options);
  const second = yield* read(context, right, options);
  if (first === undefined || second === undefined) return 2;
  const lines = (text: Bytes): Bytes[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const key = lineKey(options);
  const [leftLines, rightLines] = [lines(first), lines(second)];
  if (!options.has('a') && /\0/.test((first + second).slice(0, 8192)) && first !== second) {
    yield* context.writeLine(`Binary files ${left} and ${right} differ`);
    return 2;
  }
  const changes = editScript(leftLines.map(key), rightLines.map(key));
  if (changes.length === 0) {
    if (options.has('s')) yield* context.writeLine(`Files ${left} and ${right} are identical`);
    return 0;
  }
  if (options.has('q')) yield* context.writeLine(`Files ${left} and ${right} differ`);
  else if (isUnified(options)) {
    yield* context.write(header(context, '---', left, options.all('label')[0]) + header(context, '+++', right, options.all('label')[1]));
    yield* context.write(unifiedFormat(changes, leftLines, rightLines, contextLines(options)));
  } else yield* context.write(normalFormat(changes, leftLines, rightLines));
  return 1;
}

function isUnified(options: ParsedOptions): boolean {
  return options.has('u') || options.has('U') || options.has('unified');
}

function contextLines(options: ParsedOptions): number {
  const text = options.get('U') ?? options.get('unified') ?? '';
  if (text !== '' && !/^\d+$/.test(text)) throw new CommandError(`invalid context length ${quote(text)}`, 2);
  return text === '' ? 3 : Number(text);
}

function header(context: CommandContext, mark: string, path: Bytes, label: Bytes | undefined): Bytes {
  if (label !== undefined) return `${mark} ${label}\n`;
  const node = path === '-' ? undefined : context.process.files.find(path, context.process);
  const timeMs = node?.modifiedMs ?? context.process.kernel.host.now();
  return `${mark} ${path}\t${formatDate(timeMs, '%Y-%m-%d %H:%M:%S.%N %z')}\n`;
}

function* read(context: CommandContext, path: Bytes, options: ParsedOptions): Task<Bytes | undefined> {
  try {
    const descriptor = path === '-' ? 0 : context.process.open(path, { read: true });
    const text = yield* context.readAll(descriptor);
    context.close(descriptor);
    return options.has('strip-trailing-cr') ? text.replaceAll('\r\n', '\n') : text;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code === 'ENOENT' && options.has('N')) return '';
    yield* context.complain(`${path}: ${error.message}`);
    return undefined;
  }
}

/** What of a line counts; a missing newline at the end always does, unless blanks are ignored. */
function lineKey(options: ParsedOptions): (line: Bytes) => Bytes {
  return (line) => {
    let key = line;
    if (options.has('w')) key = key.replace(/[ \t\r\v\f\n]+/g, '');
    else if (options.has('b'))
      key = key
        .replace(/[ \t\r\v\f]+(?=\n|$)/g, '')
        .replace(/[ \t\r\v\f]+/g, ' ')
        .replace(/\n$/, '');
    return options.has('i') ? key.toLowerCase() : key;
  };
}
