import type { Bytes } from '../../kernel/bytes.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { Regex } from '../../regex/compile.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import type { LineReader } from '../io/line-reader.ts';
import type { SedInput } from './input.ts';
import { listLine } from './list-line.ts';
import type { SedOutput } from './output.ts';
import { RangeState } from './range-state.ts';
import { substitute } from './substitute.ts';
import type { Address, SedAction, SedCommand, SedRegex, Substitution } from './tree.ts';

export interface SedSettings {
  isQuiet: boolean;
  lineWidth: number;
}

/** What a command does to the rest of the cycle. */
type Flow = 'next' | 'end-cycle' | 'delete' | 'restart' | 'quit' | 'quit-silently' | number;

/** Runs a script over its input. */
export class SedMachine {
  readonly #context: CommandContext;
  readonly #commands: readonly SedCommand[];
  readonly #input: SedInput;
  readonly #output: SedOutput;
  readonly #settings: SedSettings;
  readonly #ranges: readonly RangeState[];
  readonly #lineFiles = new Map<Bytes, LineReader | undefined>();
  #pattern: Bytes = '';
  #isTerminated = true;
  #hold: Bytes = '';
  #hasReplaced = false;
  #appended: ({ text: Bytes } | { path: Bytes })[] = [];
  #lastRegex: Regex | undefined;
  #status = 0;

  constructor(context: CommandContext, commands: readonly SedCommand[], input: SedInput, output: SedOutput, settings: SedSettings) {
    this.#context = context;
    this.#commands = commands;
    this.#input = input;
    this.#output = output;
    this.#settings = settings;
    this.#ranges = commands.map((command) => new RangeState(command));
  }

  /** Answers the status that `q` asked for; 0 without one. */
  *run(): Task<number> {
    let isRestart = false;
    while (isRestart || (yield* this.#readLine())) {
      const flow = yield* this.#cycle();
      isRestart = flow === 'restart';
      const isPrinted = flow !== 'delete' && flow !== 'restart' && flow !== 'quit-silently' && !this.#settings.isQuiet;
      if (isPrinted) yield* this.#printPattern();
      yield* this.#flushAppended();
      if (flow === 'quit' || flow === 'quit-silently') {
        yield* this.#output.raw(this.#output.main, this.#output.isEditing ? yield* this.#input.rest() : '');
        break;
      }
    }
    yield* this.#input.finish();
    return this.#status;
  }

  *#readLine(): Task<boolean> {
    const line = yield* this.#input.next();
    if (line === undefined) return false;
    this.#pattern = line;
    this.#isTerminated = this.#input.isTerminated;
    this.#hasReplaced = false;
    return true;
  }

  *#cycle(): Task<Flow> {
    for (let index = 0; index < this.#commands.length;) {
      const command = this.#commands[index]!;
      const isSelected = (yield* this.#isSelected(command, this.#ranges[index]!)) !== command.isNegated;
      if (!isSelected) {
        index = command.action.kind === 'block' ? command.action.end : index + 1;
        continue;
      }
      const flow = yield* this.#perform(command, this.#ranges[index]!);
      if (flow === 'next') index += 1;
      else if (typeof flow === 'number') index = flow;
      else return flow;
    }
    return 'end-cycle';
  }

  *#isSelected({ first, end }: SedCommand, range: RangeState): Task<boolean> {
    if (!first) return true;
    if (!end) return yield* this.#matches(first);
    return yield* range.includes(this.#input.lineNumber, (address) => this.#matches(address));
  }

  *#matches(address: Address): Task<boolean> {
    const { lineNumber } = this.#input;
    switch (address.kind) {
      case 'line':
        return lineNumber === address.line;
      case 'step':
        return address.step === 0
          ? lineNumber === address.first
          : lineNumber >= address.first && (lineNumber - address.first) % address.step === 0;
      case 'last':
        return yield* this.#input.isLast();
      case 'regex':
        return this.#resolve(address.regex).test(this.#pattern);
    }
  }

  #resolve(regex: SedRegex): Regex {
    this.#lastRegex = regex ?? this.#lastRegex;
    if (!this.#lastRegex) throw new CommandError('no previous regular expression');
    return this.#lastRegex;
  }

  *#perform(command: SedCommand, range: RangeState): Task<Flow> {
    const { action } = command;
    switch (action.kind) {
      case 'block':
      case 'nothing':
        return 'next';
      case 'branch':
        return this.#branch(action);
      case 'text':
        return yield* this.#text(action, command, range);
      case 'substitute':
        yield* this.#substitute(action.substitution);
        return 'next';
      case 'transliterate':
        this.#pattern = Array.from(this.#pattern, (character) => action.map.get(character) ?? character).join('');
        return 'next';
      case 'quit':
        this.#status = action.status;
        return action.prints ? 'quit' : 'quit-silently';
      case 'read':
        yield* this.#read(action);
        return 'next';
      case 'write':
        yield* this.#output.line(
          this.#output.file(action.path),
          action.onlyLine ? firstLine(this.#pattern) : this.#pattern,
          action.onlyLine || this.#isTerminated,
        );
        return 'next';
      case 'list':
        yield* this.#output.raw(this.#output.main, listLine(this.#pattern, action.width ?? this.#settings.lineWidth));
        return 'next';
      case 'letter':
        return yield* this.#letter(action.letter);
    }
  }

  #branch({ on, target }: SedAction & { kind: 'branch' }): Flow {
    if (on !== 'always') {
      const isTaken = this.#hasReplaced === (on === 'replaced');
      this.#hasReplaced = false;
      if (!isTaken) return 'next';
    }
    return target === Infinity ? 'end-cycle' : target;
  }

  *#text({ where, text }: SedAction & { kind: 'text' }, command: SedCommand, range: RangeState): Task<Flow> {
    if (where === 'append') {
      this.#appended.push({ text });
      return 'next';
    }
    if (where === 'insert' || !command.end || command.isNegated || !range.isActive) yield* this.#output.raw(this.#output.main, text);
    return where === 'insert' ? 'next' : 'delete';
  }

  *#substitute(substitution: Substitution): Task<void> {
    const result = substitute(this.#pattern, this.#resolve(substitution.regex), substitution);
    if (result === undefined) return;
    if (result.length > this.#context.process.kernel.stringBytes) throw new RangeError('the pattern space is too long');
    this.#pattern = result;
    this.#hasReplaced = true;
    if (substitution.prints) yield* this.#printPattern();
    if (substitution.file !== undefined) yield* this.#output.line(this.#output.file(substitution.file), this.#pattern, this.#isTerminated);
  }

  *#read({ path, onlyLine }: SedAction & { kind: 'read' }): Task<void> {
    if (!onlyLine) {
      this.#appended.push({ path });
      return;
    }
    if (!this.#lineFiles.has(path)) {
      const descriptor = this.#tryOpen(path);
      this.#lineFiles.set(path, descriptor === undefined ? undefined : this.#context.lines(descriptor));
    }
    const line = yield* this.#lineFiles.get(path)?.next() ?? noLine();
    if (line !== undefined) this.#appended.push({ text: `${line}\n` });
  }

  #tryOpen(path: Bytes): number | undefined {
    if (path === '/dev/stdin') return 0;
    try {
      return this.#context.process.open(path, { read: true });
    } catch (error) {
      if (error instanceof SystemError) return undefined;
      throw error;
    }
  }

  *#letter(letter: string): Task<Flow> {
    const { main } = this.#output;
    switch (letter) {
      case '=':
        yield* this.#output.raw(main, `${this.#input.lineNumber}\n`);
        return 'next';
      case 'F':
        yield* this.#output.raw(main, `${this.#input.path}\n`);
        return 'next';
      case 'd':
        return 'delete';
      case 'D':
        return this.#deleteFirstLine();
      case 'g':
        this.#pattern = this.#hold;
        return 'next';
      case 'G':
        this.#pattern = `${this.#pattern}\n${this.#hold}`;
        return 'next';
      case 'h':
        this.#hold = this.#pattern;
        return 'next';
      case 'H':
        this.#hold = `${this.#hold}\n${this.#pattern}`;
        return 'next';
      case 'n':
        return yield* this.#nextLine();
      case 'N':
        return yield* this.#joinNextLine();
      case 'p':
        yield* this.#printPattern();
        return 'next';
      case 'P':
        yield* this.#output.line(main, firstLine(this.#pattern), true);
        return 'next';
      case 'x':
        [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
        return 'next';
      default:
        this.#pattern = '';
        return 'next';
    }
  }

  #deleteFirstLine(): Flow {
    const newline = this.#pattern.indexOf('\n');
    if (newline < 0) return 'delete';
    this.#pattern = this.#pattern.slice(newline + 1);
    return 'restart';
  }

  *#nextLine(): Task<Flow> {
    if (yield* this.#input.isAtEnd()) return 'quit';
    if (!this.#settings.isQuiet) yield* this.#printPattern();
    yield* this.#flushAppended();
    const hasReplaced = this.#hasReplaced;
    yield* this.#readLine();
    this.#hasReplaced = hasReplaced;
    return 'next';
  }

  *#joinNextLine(): Task<Flow> {
    if (yield* this.#input.isAtEnd()) return 'quit';
    yield* this.#flushAppended();
    const before = this.#pattern;
    const hasReplaced = this.#hasReplaced;
    yield* this.#readLine();
    this.#pattern = `${before}\n${this.#pattern}`;
    this.#hasReplaced = hasReplaced;
    if (this.#pattern.length > this.#context.process.kernel.stringBytes) throw new RangeError('the pattern space is too long');
    return 'next';
  }

  *#printPattern(): Task<void> {
    yield* this.#output.line(this.#output.main, this.#pattern, this.#isTerminated);
  }

  *#flushAppended(): Task<void> {
    for (const item of this.#appended.splice(0)) {
      if ('text' in item) yield* this.#output.raw(this.#output.main, item.text);
      else yield* this.#copyFile(item.path);
    }
  }

  *#copyFile(path: Bytes): Task<void> {
    const descriptor = this.#tryOpen(path);
    if (descriptor === undefined) return;
    try {
      yield* this.#output.raw(this.#output.main, yield* this.#context.readAll(descriptor));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
    this.#context.close(descriptor);
  }
}

function firstLine(text: Bytes): Bytes {
  const newline = text.indexOf('\n');
  return newline < 0 ? text : text.slice(0, newline);
}

function* noLine(): Task<undefined> {
  return undefined;
}
