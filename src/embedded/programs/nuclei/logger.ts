import { toBytes } from '../../shell/kernel/bytes.ts';
import type { Process } from '../../shell/kernel/process.ts';
import { SystemError } from '../../shell/kernel/system-error.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { createStyle, type Style } from './style.ts';

/** Ends nuclei with a status after an `[FTL]` line. */
export class FatalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FatalError';
  }
}

/**
 * How much nuclei says. Its levels in ascending order are fatal, silent, error, info, warning, debug, verbose: with the default of
 * `info`, warnings are not shown.
 */
export type Verbosity = 'silent' | 'info' | 'verbose';

const ALWAYS_COLOURED = createStyle(true);

/** What nuclei says about its work: lines with a label on standard error. Models gologger. */
export class Logger {
  readonly #process: Process;
  readonly #style: Style;
  readonly #verbosity: Verbosity;

  constructor(process: Process, style: Style, verbosity: Verbosity) {
    this.#process = process;
    this.#style = style;
    this.#verbosity = verbosity;
  }

  get isVerbose(): boolean {
    return this.#verbosity === 'verbose';
  }

  *fatal(message: string): Task<void> {
    yield* this.#labelled('FTL', message);
  }

  *error(message: string): Task<void> {
    if (this.#verbosity !== 'silent') yield* this.#labelled('ERR', message);
  }

  *info(message: string): Task<void> {
    if (this.#verbosity !== 'silent') yield* this.#labelled('INF', message);
  }

  *warning(message: string): Task<void> {
    if (this.isVerbose) yield* this.#labelled('WRN', message);
  }

  *verbose(message: string): Task<void> {
    if (this.isVerbose) yield* this.#labelled('VER', message);
  }

  /** A warning that is shown where information is, in the colour of an error. */
  *notice(message: string): Task<void> {
    if (this.#verbosity !== 'silent') yield* this.#write(2, `[${this.#style.label.ERR('WRN')}] ${message}`);
  }

  /** The same from elsewhere than the logger, with a colour that cannot be switched off. */
  *brightNotice(message: string): Task<void> {
    if (this.#verbosity !== 'silent') yield* this.#write(2, `[${ALWAYS_COLOURED.brightYellow('WRN')}] ${message}`);
  }

  /** A line without a label on standard error. */
  *print(text: string): Task<void> {
    if (this.#verbosity !== 'silent') yield* this.#write(2, text);
  }

  /** A line without a label that goes to standard output, where findings go: what Logger.Print of gologger does. */
  *printToOutput(text: string): Task<void> {
    yield* this.#write(1, text);
  }

  *#labelled(label: 'FTL' | 'ERR' | 'INF' | 'WRN' | 'VER', message: string): Task<void> {
    yield* this.#write(2, `[${this.#style.label[label](label)}] ${message.replace(/\n$/, '')}`);
  }

  *#write(descriptor: number, text: string): Task<void> {
    try {
      yield* this.#process.write(descriptor, toBytes(`${text}\n`));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }
}
