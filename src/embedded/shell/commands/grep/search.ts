import type { Bytes } from '../../kernel/bytes.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import type { LineReader } from '../io/line-reader.ts';
import type { Matcher, Span } from './matcher.ts';
import type { GrepOptions } from './options.ts';

interface Line {
  text: Bytes;
  number: number;
  offset: number;
}

/** Searches one open file and prints what is asked for; answers whether a line was selected. */
export class FileSearch {
  readonly #context: CommandContext;
  readonly #options: GrepOptions;
  readonly #match: Matcher;
  readonly #name: Bytes;
  readonly #showsName: boolean;
  readonly #shared: { hasPrinted: boolean };
  readonly #kept: Line[] = [];
  #selected = 0;
  #lastPrinted = 0;
  #owedAfter = 0;
  #isBinary = false;

  constructor(
    context: CommandContext,
    options: GrepOptions,
    match: Matcher,
    file: { name: Bytes; showsName: boolean; shared: { hasPrinted: boolean } },
  ) {
    this.#context = context;
    this.#options = options;
    this.#match = match;
    this.#name = file.name;
    this.#showsName = file.showsName;
    this.#shared = file.shared;
  }

  *run(descriptor: number): Task<boolean> {
    const { mostMatches } = this.#options;
    const reader = this.#context.lines(descriptor, this.#options.separator);
    if (mostMatches > 0) yield* this.#search(reader);
    if (this.#selected >= mostMatches) reader.giveBack();
    yield* this.#conclude();
    return this.#selected > 0;
  }

  *#search(reader: LineReader): Task<void> {
    const { isInverted, mostMatches, report, treatsBinary, separator } = this.#options;
    let number = 0;
    let offset = 0;
    for (let text = yield* reader.next(); text !== undefined; text = yield* reader.next()) {
      const line = { text, number: ++number, offset };
      offset += text.length + 1;
      if (treatsBinary !== 'text' && separator === '\n' && text.includes('\0')) this.#isBinary = true;
      if (this.#isBinary && treatsBinary === 'without-match') return;
      const span = this.#match(text, 0);
      if ((span === undefined) !== isInverted) {
        if (!(yield* this.#keep(line))) return;
        continue;
      }
      this.#selected += 1;
      if (report === 'nothing' || report.startsWith('names')) return;
      if (report === 'lines' && this.#isBinary) return;
      if (report === 'lines') yield* this.#printSelected(line, span);
      if (this.#selected >= mostMatches && (report !== 'lines' || this.#options.after === 0)) return;
      this.#owedAfter = this.#options.after;
    }
  }

  /** Remembers a line that is not selected, or prints it as context; answers whether the search goes on. */
  *#keep(line: Line): Task<boolean> {
    const { before, report, onlyMatching, mostMatches } = this.#options;
    if (report !== 'lines') return true;
    if (this.#owedAfter > 0) {
      this.#owedAfter -= 1;
      if (!onlyMatching) yield* this.#print(line, '-');
    } else if (before > 0) {
      this.#kept.push(line);
      if (this.#kept.length > before) this.#kept.shift();
    }
    return this.#selected < mostMatches || this.#owedAfter > 0;
  }

  *#printSelected(line: Line, span: Span | undefined): Task<void> {
    const hasContext = this.#options.before > 0 || this.#options.after > 0;
    const first = this.#kept[0]?.number ?? line.number;
    if (hasContext && this.#shared.hasPrinted && first > this.#lastPrinted + (this.#lastPrinted === 0 ? 0 : 1))
      yield* this.#context.write('--\n');
    for (const kept of this.#kept.splice(0)) if (!this.#options.onlyMatching) yield* this.#print(kept, '-');
    if (this.#options.onlyMatching) yield* this.#printMatches(line, span);
    else yield* this.#print(line, ':');
    this.#lastPrinted = line.number;
    this.#shared.hasPrinted = true;
  }

  *#printMatches(line: Line, first: Span | undefined): Task<void> {
    if (this.#options.isInverted) return;
    for (let span = first; span;) {
      const { start, end } = span;
      if (end > start) yield* this.#print({ ...line, text: line.text.slice(start, end), offset: line.offset + start }, ':');
      const from = end > start ? end : end + 1;
      span = from <= line.text.length ? this.#match(line.text, from) : undefined;
    }
  }

  *#print({ text, number, offset }: Line, mark: string): Task<void> {
    const { numbersLines, numbersBytes, nameEnd, initialTab, separator } = this.#options;
    let prefix = this.#showsName ? this.#name + (nameEnd ?? mark) : '';
    if (numbersLines) prefix += (initialTab ? String(number).padStart(4) : String(number)) + mark;
    if (numbersBytes) prefix += (initialTab ? String(offset).padStart(6) : String(offset)) + mark;
    if (initialTab && prefix !== '') prefix += '\t';
    yield* this.#context.write(prefix + text + separator);
    this.#lastPrinted = number;
  }

  *#conclude(): Task<void> {
    const { report, nameEnd } = this.#options;
    const hasMatch = this.#selected > 0;
    if (report === 'count') yield* this.#context.write(`${this.#showsName ? this.#name + (nameEnd ?? ':') : ''}${this.#selected}\n`);
    if ((report === 'names-with' && hasMatch) || (report === 'names-without' && !hasMatch))
      yield* this.#context.write(this.#name + (nameEnd ?? '\n'));
    if (report === 'lines' && this.#isBinary && hasMatch) {
      yield* this.#context.out.flush();
      yield* this.#context.complain(`${this.#name}: binary file matches`);
    }
  }
}
