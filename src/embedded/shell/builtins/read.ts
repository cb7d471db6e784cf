import { assignArray } from '../expansion/array.ts';
import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { setValue } from '../interpreter/assign.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isVariableName } from '../interpreter/variable-table.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { parseBuiltinOptions } from './options.ts';

/** A line as `read` got it: a character that a backslash protected never separates. */
interface ReadLine {
  characters: { text: Bytes; isProtected: boolean }[];
  isComplete: boolean;
}

/** `read [-r] [-p prompt] name…`: splits a line of standard input among variables; status 1 at the end of the input. */
export const readBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, shell.dialect === 'bash' ? 'rp:a:d:n:N:t:u:sei:' : 'rp:');
  for (const letter of 'nNtuei') if (given.has(letter)) throw new CannotSimulate(`bash: read -${letter} is not modelled`);
  if (operands.length === 0 && shell.dialect === 'dash') throw new ShellError('arg count');
  for (const name of operands) if (!isVariableName(name)) throw new ShellError(`${name}: bad variable name`);
  const line = yield* readLine(shell, given.has('r'), given.has('d') ? given.get('d')!.slice(0, 1) || '\0' : '\n');
  if (given.has('a')) assignWords(shell, given.get('a')!, line);
  else if (operands.length === 0) setValue(shell, 'REPLY', textOf(line.characters));
  else assignFields(shell, operands, line);
  return line.isComplete ? 0 : 1;
};

/** Reads byte by byte, so that what follows the line is left to others. */
function* readLine(shell: Shell, isRaw: boolean, delimiter: Bytes): Task<ReadLine> {
  const characters: ReadLine['characters'] = [];
  for (;;) {
    const character = yield* readByte(shell);
    if (character === '') return { characters, isComplete: false };
    if (character === delimiter) return { characters, isComplete: true };
    if (character === '\0') continue;
    if (character !== '\\' || isRaw) {
      characters.push({ text: character, isProtected: false });
      continue;
    }
    const next = yield* readByte(shell);
    if (next === '') return { characters, isComplete: false };
    if (next !== '\n') characters.push({ text: next, isProtected: true });
  }
}

function* readByte(shell: Shell): Task<Bytes> {
  try {
    return yield* shell.process.read(0, 1);
  } catch (error) {
    if (error instanceof SystemError) return '';
    throw error;
  }
}

function textOf(characters: ReadLine['characters']): Bytes {
  return characters.map((character) => character.text).join('');
}

function assignFields(shell: Shell, names: readonly Bytes[], line: ReadLine): void {
  const splitter = new LineSplitter(line.characters, shell.ifs);
  for (const [index, name] of names.entries()) setValue(shell, name, index < names.length - 1 ? splitter.next() : splitter.rest());
}

function assignWords(shell: Shell, name: Bytes, line: ReadLine): void {
  const splitter = new LineSplitter(line.characters, shell.ifs);
  const words = new Map<number, Bytes>();
  while (!splitter.isDone) words.set(words.size, splitter.next());
  assignArray(shell, name, words);
}

/** Cuts a line at the characters of IFS; the last field takes all that is left. */
class LineSplitter {
  readonly #characters: ReadLine['characters'];
  readonly #ifs: Bytes;
  #position = 0;

  constructor(characters: ReadLine['characters'], ifs: Bytes) {
    this.#characters = characters;
    this.#ifs = ifs;
    this.#skipBlanks();
  }

  get isDone(): boolean {
    return this.#position >= this.#characters.length;
  }

  next(): Bytes {
    const start = this.#position;
    while (!this.isDone && !this.#separates(this.#position)) this.#position += 1;
    const field = textOf(this.#characters.slice(start, this.#position));
    this.#skipDelimiter();
    return field;
  }

  /** What is left, without the white space of IFS at its end; a single delimiter that ends one last field is dropped with it. */
  rest(): Bytes {
    const start = this.#position;
    const field = this.next();
    if (this.isDone) return field;
    let end = this.#characters.length;
    while (end > start && this.#isBlank(end - 1)) end -= 1;
    this.#position = this.#characters.length;
    return textOf(this.#characters.slice(start, end));
  }

  #skipDelimiter(): void {
    this.#skipBlanks();
    if (!this.isDone && this.#separates(this.#position) && !this.#isBlank(this.#position)) this.#position += 1;
    this.#skipBlanks();
  }

  #skipBlanks(): void {
    while (!this.isDone && this.#isBlank(this.#position)) this.#position += 1;
  }

  #separates(index: number): boolean {
    const { text, isProtected } = this.#characters[index]!;
    return !isProtected && this.#ifs.includes(text);
  }

  #isBlank(index: number): boolean {
    return this.#separates(index) && ' \t\n'.includes(this.#characters[index]!.text);
  }
}
