import { Broadcast } from '../../shell/kernel/broadcast.ts';
import { toBytes } from '../../shell/kernel/bytes.ts';
import type { Process } from '../../shell/kernel/process.ts';
import { SystemError } from '../../shell/kernel/system-error.ts';
import type { Task } from '../../shell/kernel/task.ts';
import type { Options } from './cli/options.ts';
import { goErrorText } from './files.ts';
import type { Finding } from './finding.ts';
import { toResultEvent } from './finding.ts';
import { toGoJson } from './go-text.ts';
import { FatalError } from './logger.ts';
import { screenLine } from './screen-line.ts';
import type { Style } from './style.ts';
import { withoutColours } from './style.ts';

/** Where findings go: standard output, the file of `-o`, and the exports, which are written at the end. */
export class FindingWriter {
  readonly #process: Process;
  readonly #options: Options;
  readonly #style: Style;
  readonly #templatesDirectory: string;
  readonly #file: number | undefined;
  readonly #events: Record<string, unknown>[] = [];
  readonly #written = new Broadcast();
  #isWriting = false;
  count = 0;

  /** Creates the output file, empty; throws FatalError when that fails. */
  constructor(process: Process, options: Options, style: Style, templatesDirectory: string) {
    this.#process = process;
    this.#options = options;
    this.#style = style;
    this.#templatesDirectory = templatesDirectory;
    this.#file = options.outputFile === '' ? undefined : this.#create(options.outputFile);
  }

  /** Writes a finding; findings of tasks that run side by side never mix. */
  *write(finding: Finding): Task<void> {
    const line = this.#format(finding);
    while (this.#isWriting) yield this.#written.wait;
    this.#isWriting = true;
    try {
      yield* this.#writeTo(1, `${line}\n`);
      if (this.#file !== undefined) yield* this.#writeTo(this.#file, `${this.#options.isJsonl ? line : withoutColours(line)}\n`);
    } finally {
      this.#isWriting = false;
      this.#written.notify();
    }
    this.count += 1;
  }

  /** Writes the exports. */
  *finish(): Task<void> {
    const { jsonExport, jsonlExport } = this.#options;
    if (jsonExport !== '') yield* this.#export(jsonExport, toGoJson(this.#events));
    if (jsonlExport !== '') yield* this.#export(jsonlExport, this.#events.map((event) => `${toGoJson(event)}\n`).join(''));
  }

  #format(finding: Finding): string {
    const { omitsRaw, omitsTemplate, isJsonl, showsMetadata, jsonExport, jsonlExport } = this.#options;
    const timestamp = new Date(this.#process.kernel.host.now()).toISOString().replace(/\.?0+Z$/, 'Z');
    const event = toResultEvent(finding, { raw: omitsRaw, template: omitsTemplate }, timestamp, this.#templatesDirectory);
    if (jsonExport !== '' || jsonlExport !== '') this.#events.push(event);
    return isJsonl ? toGoJson(event) : screenLine(finding, this.#style, showsMetadata);
  }

  #create(path: string): number {
    try {
      return this.#process.open(toBytes(path), { write: true, create: true, truncate: true, permissions: 0o666 });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new FatalError(
        `Could not create runner: could not create output file: could not create output file: open ${path}: ${goErrorText(error)}`,
      );
    }
  }

  *#export(path: string, text: string): Task<void> {
    try {
      const descriptor = this.#process.open(toBytes(path), { write: true, create: true, truncate: true, permissions: 0o644 });
      yield* this.#process.write(descriptor, toBytes(text));
      this.#process.descriptors.close(descriptor);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  *#writeTo(descriptor: number, text: string): Task<void> {
    try {
      yield* this.#process.write(descriptor, toBytes(text));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }
}
