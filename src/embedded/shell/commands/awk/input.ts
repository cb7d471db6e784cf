import type { Bytes } from '../../kernel/bytes.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import { decodeString } from './lexer.ts';
import { RecordReader } from './record-reader.ts';
import type { Scope } from './scope.ts';
import { fromInput, toNumber, toText } from './values.ts';

/** The records of the files that are named in ARGV, or of standard input. */
export class MainInput {
  readonly #context: CommandContext;
  readonly #scope: Scope;
  #argument = 1;
  #hasReadFile = false;
  #reader: RecordReader | undefined;
  #descriptor = 0;

  constructor(context: CommandContext, scope: Scope) {
    this.#context = context;
    this.#scope = scope;
  }

  /** The next record, counted in NR and FNR; undefined at the end of the last file. */
  *next(): Task<Bytes | undefined> {
    for (;;) {
      if (!this.#reader && !this.#openNext()) return undefined;
      const record = yield* this.#read();
      if (record !== undefined) {
        this.#count('NR');
        this.#count('FNR');
        return record;
      }
      this.skipFile();
    }
  }

  /** Leaves the present file. */
  skipFile(): void {
    if (!this.#reader) return;
    this.#reader = undefined;
    this.#context.close(this.#descriptor);
  }

  #count(name: Bytes): void {
    const cell = this.#scope.global(name);
    cell.value = toNumber(cell.value) + 1;
  }

  *#read(): Task<Bytes | undefined> {
    try {
      return yield* this.#reader!.next(toText(this.#scope.global('RS').value, '%.6g'));
    } catch (error) {
      if (error instanceof SystemError) return undefined;
      throw error;
    }
  }

  #openNext(): boolean {
    const files = this.#scope.global('ARGV').array;
    while (this.#argument < toNumber(this.#scope.global('ARGC').value)) {
      const argument = toText(files.get(String(this.#argument++)), '%.6g');
      if (argument === '') continue;
      if (assignArgument(this.#scope, argument)) continue;
      this.#open(argument);
      return true;
    }
    if (this.#hasReadFile) return false;
    this.#open('-');
    return true;
  }

  #open(path: Bytes): void {
    this.#hasReadFile = true;
    try {
      this.#descriptor = path === '-' ? 0 : this.#context.process.open(path, { read: true });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new CommandError(`cannot open ${path} (${error.message})`, 2);
    }
    this.#reader = new RecordReader(this.#context.process, this.#descriptor);
    this.#scope.global('FILENAME').value = path === '-' ? '' : path;
    this.#scope.global('FNR').value = 0;
  }
}

/** Carries out `name=value`; answers whether the argument is one. */
export function assignArgument(scope: Scope, argument: Bytes): boolean {
  const found = /^([A-Za-z_]\w*)=([^]*)$/.exec(argument);
  if (!found) return false;
  scope.global(found[1]!).value = fromInput(decodeString(found[2]!));
  return true;
}
