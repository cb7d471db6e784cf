import type { Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions } from './io/options.ts';

/** `cat [-AbeEnstTuv] [file…]` */
export const cat = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'AbeEnstTuv',
    long: {
      'show-all': 'A',
      'number-nonblank': 'b',
      'show-ends': 'E',
      number: 'n',
      'squeeze-blank': 's',
      'show-tabs': 'T',
      'show-nonprinting': 'v',
    },
  });
  const has = (letters: string): boolean => Array.from(letters).some((letter) => options.has(letter));
  const formatter = new Formatter({
    numbers: options.has('b') ? 'nonblank' : options.has('n') ? 'all' : undefined,
    showEnds: has('AeE'),
    showTabs: has('AtT'),
    showNonprinting: has('Aevt'),
    squeezes: options.has('s'),
  });
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) yield* copyFile(context, path, formatter);
  return undefined;
});

function* copyFile(context: CommandContext, path: Bytes, formatter: Formatter): Task<void> {
  const descriptor = yield* context.open(path);
  if (descriptor === undefined) return;
  try {
    for (let data = yield* read(context, descriptor, path); data !== ''; data = yield* read(context, descriptor, path)) {
      yield* writeOut(context, formatter.format(data));
    }
  } finally {
    context.close(descriptor);
  }
}

function* read(context: CommandContext, descriptor: number, path: Bytes): Task<Bytes> {
  try {
    return yield* context.process.read(descriptor);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* context.complain(`${path}: ${error.message}`);
    context.status = 1;
    return '';
  }
}

/** Unlike most commands, cat writes at once and looks at its output first. */
function* writeOut(context: CommandContext, text: Bytes): Task<void> {
  try {
    yield* context.process.write(1, text);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(error.code === 'EBADF' ? `standard output: ${error.message}` : `write error: ${error.message}`);
  }
}

interface Format {
  numbers: 'all' | 'nonblank' | undefined;
  showEnds: boolean;
  showTabs: boolean;
  showNonprinting: boolean;
  squeezes: boolean;
}

/** Changes text as the options ask, across the borders of files. */
class Formatter {
  readonly #format: Format;
  readonly #isPlain: boolean;
  #line = 0;
  #isAtLineStart = true;
  #blankLines = 0;

  constructor(format: Format) {
    this.#format = format;
    this.#isPlain = Object.values(format).every((value) => !value);
  }

  format(data: Bytes): Bytes {
    if (this.#isPlain) return data;
    let result = '';
    for (const line of data.match(/[^\n]*\n|[^\n]+$/g) ?? []) result += this.#formatPiece(line);
    return result;
  }

  #formatPiece(piece: Bytes): Bytes {
    const isBlank = this.#isAtLineStart && piece === '\n';
    this.#blankLines = isBlank ? this.#blankLines + 1 : 0;
    if (isBlank && this.#format.squeezes && this.#blankLines > 1) return '';
    const isNumbered = this.#isAtLineStart && (this.#format.numbers === 'all' || (this.#format.numbers === 'nonblank' && !isBlank));
    const prefix = isNumbered ? `${String(++this.#line).padStart(6)}\t` : '';
    this.#isAtLineStart = piece.endsWith('\n');
    const text = this.#isAtLineStart ? piece.slice(0, -1) : piece;
    return prefix + this.#show(text) + (this.#isAtLineStart ? `${this.#format.showEnds ? '$' : ''}\n` : '');
  }

  #show(text: Bytes): Bytes {
    let shown = text;
    if (this.#format.showNonprinting)
      shown = Array.from(shown, (character) => (character === '\t' ? character : visible(character.charCodeAt(0)))).join('');
    return this.#format.showTabs ? shown.replaceAll('\t', '^I') : shown;
  }
}

/** `^X` and `M-x` notation. */
function visible(code: number): string {
  if (code >= 128) return `M-${visible(code - 128)}`;
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  return code === 127 ? '^?' : String.fromCharCode(code);
}
