import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { CommandError } from './command-error.ts';

/** The options of a command, as the real one has them. */
export interface OptionTable {
  /** Short options that are modelled; a colon after a letter means that it takes a value, two that the value may follow directly. */
  short: string;
  /** Long options that are modelled, with the short one that means the same (or a key of its own); `=` after the name means that it takes a value, `?` that it may. */
  long?: Readonly<Record<string, string>>;
  /** Short options that the real command has and the sandbox does not. */
  unmodelled?: string;
  /** Long options that the real command has and the sandbox does not. */
  unmodelledLong?: readonly string[];
  /** Options end at the first operand, as in commands that run others. */
  stopsAtOperand?: boolean;
  /** Status after a wrong option; 1 unless said. */
  errorStatus?: number;
  /** What follows the message about a wrong option; the usual pointer to --help unless said. */
  usage?: string;
}

/** Options by key, in order, with the operands. */
export class ParsedOptions {
  readonly list: readonly { key: string; value: Bytes }[];
  readonly operands: readonly Bytes[];

  constructor(list: readonly { key: string; value: Bytes }[], operands: readonly Bytes[]) {
    this.list = list;
    this.operands = operands;
  }

  has(key: string): boolean {
    return this.list.some((option) => option.key === key);
  }

  /** The last value of an option. */
  get(key: string): Bytes | undefined {
    return this.list.findLast((option) => option.key === key)?.value;
  }

  all(key: string): Bytes[] {
    return this.list.filter((option) => option.key === key).map((option) => option.value);
  }

  /** Which of several options came last. */
  last(...keys: string[]): string | undefined {
    return this.list.findLast((option) => keys.includes(option.key))?.key;
  }
}

/** Parses arguments as GNU getopt does; throws CommandError for wrong ones and CannotSimulate for those that are not modelled. */
export function parseOptions(name: Bytes, args: readonly Bytes[], table: OptionTable): ParsedOptions {
  return new OptionParser(name, args, table).parse();
}

class OptionParser {
  readonly #name: Bytes;
  readonly #args: readonly Bytes[];
  readonly #table: OptionTable;
  readonly #list: { key: string; value: Bytes }[] = [];
  #index = 0;

  constructor(name: Bytes, args: readonly Bytes[], table: OptionTable) {
    this.#name = name;
    this.#args = args;
    this.#table = table;
  }

  parse(): ParsedOptions {
    const operands: Bytes[] = [];
    while (this.#index < this.#args.length) {
      const argument = this.#args[this.#index++]!;
      if (argument === '--') {
        operands.push(...this.#args.slice(this.#index));
        break;
      }
      if (argument.startsWith('--')) this.#long(argument.slice(2));
      else if (argument.startsWith('-') && argument !== '-') this.#cluster(argument);
      else {
        operands.push(argument);
        if (this.#table.stopsAtOperand) {
          operands.push(...this.#args.slice(this.#index));
          break;
        }
      }
    }
    return new ParsedOptions(this.#list, operands);
  }

  #cluster(argument: Bytes): void {
    for (let position = 1; position < argument.length; position += 1) {
      const letter = argument[position]!;
      const place = letter === ':' ? -1 : this.#table.short.indexOf(letter);
      if (place < 0) throw this.#wrongLetter(letter);
      if (this.#table.short[place + 1] !== ':') {
        this.#list.push({ key: letter, value: '' });
        continue;
      }
      const rest = argument.slice(position + 1);
      const isOptional = this.#table.short[place + 2] === ':';
      this.#list.push({
        key: letter,
        value: rest !== '' || isOptional ? rest : this.#takeValue(`option requires an argument -- '${letter}'`),
      });
      return;
    }
  }

  #long(text: Bytes): void {
    const equals = text.indexOf('=');
    const given = equals < 0 ? text : text.slice(0, equals);
    const name = this.#complete(given);
    const entry = Object.entries(this.#table.long ?? {}).find(([candidate]) => candidate.replace(/[=?]$/, '') === name);
    if (!entry) throw new CannotSimulate(`${this.#name}: the option --${name} is not modelled`);
    const [declared, key] = entry;
    if (!/[=?]$/.test(declared)) {
      if (equals >= 0) throw this.#error(`option '--${name}' doesn't allow an argument`);
      this.#list.push({ key, value: '' });
      return;
    }
    const inline = equals < 0 ? undefined : text.slice(equals + 1);
    const value = inline ?? (declared.endsWith('?') ? '' : this.#takeValue(`option '--${name}' requires an argument`));
    this.#list.push({ key, value });
  }

  /** The full name of a long option that may have been shortened. */
  #complete(given: Bytes): string {
    const modelled = Object.keys(this.#table.long ?? {}).map((declared) => declared.replace(/[=?]$/, ''));
    const names = [...modelled, ...(this.#table.unmodelledLong ?? []), 'help', 'version'];
    if (names.includes(given)) return given;
    const candidates = names.filter((candidate) => candidate.startsWith(given));
    if (candidates.length === 1) return candidates[0]!;
    if (candidates.length === 0) throw this.#error(`unrecognized option '--${given}'`);
    throw this.#error(`option '--${given}' is ambiguous; possibilities: ${candidates.map((candidate) => `'--${candidate}'`).join(' ')}`);
  }

  #takeValue(complaint: string): Bytes {
    const value = this.#args[this.#index++];
    if (value === undefined) throw this.#error(complaint);
    return value;
  }

  #wrongLetter(letter: string): Error {
    if (this.#table.unmodelled?.includes(letter)) return new CannotSimulate(`${this.#name}: the option -${letter} is not modelled`);
    return this.#error(`invalid option -- '${letter}'`);
  }

  #error(message: string): CommandError {
    const usage = this.#table.usage ?? `Try '${this.#name} --help' for more information.`;
    return new CommandError(`${message}\n${usage}`, this.#table.errorStatus ?? 1);
  }
}
