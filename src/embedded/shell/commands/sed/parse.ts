import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { CommandError } from '../io/command-error.ts';
import { readEscape } from './escapes.ts';
import { compileSedRegex, parseSubstitution, readDelimited } from './parse-substitution.ts';
import type { SedSyntax } from './parse-substitution.ts';
import { ScriptSource } from './script-source.ts';
import type { Address, RangeEnd, SedAction, SedCommand } from './tree.ts';

/** A piece of a script, from one -e or -f. */
export interface ScriptPiece {
  text: Bytes;
  /** Path of the script file. */
  file?: Bytes;
}

const ONE_ADDRESS = 'iaqQr';
const SIMPLE = '=dDFgGhHnNpPxz';

/** Parses a script into a flat list, in which blocks and branches are jumps. Throws CommandError. */
export function parseScript(pieces: readonly ScriptPiece[], syntax: SedSyntax): SedCommand[] {
  return new ScriptParser(pieces, syntax).parse();
}

class ScriptParser {
  readonly #source: ScriptSource;
  readonly #syntax: SedSyntax;
  readonly #commands: SedCommand[] = [];
  readonly #labels = new Map<Bytes, number>();
  readonly #branches: { action: SedAction & { kind: 'branch' }; label: Bytes }[] = [];
  readonly #open: (SedAction & { kind: 'block' })[] = [];

  constructor(pieces: readonly ScriptPiece[], syntax: SedSyntax) {
    this.#source = new ScriptSource(pieces.map(({ text }) => text).join('\n'), (offset) => describePlace(pieces, offset));
    this.#syntax = syntax;
  }

  parse(): SedCommand[] {
    for (;;) {
      this.#source.take(/[\s;]*/y);
      if (this.#source.isAtEnd) break;
      if (this.#source.take(/#[^\n]*/y)) continue;
      this.#command();
    }
    if (this.#open.length > 0) throw this.#source.error("unmatched `{'", 0);
    for (const { action, label } of this.#branches) {
      const target = this.#labels.get(label);
      if (target === undefined) throw new CommandError(`can't find label for jump to \`${label}'`, 4);
      action.target = target;
    }
    return this.#commands;
  }

  #command(): void {
    const addresses = this.#addresses();
    this.#source.skipBlanks();
    let isNegated = false;
    while (this.#source.peek() === '!') {
      this.#source.next();
      if (isNegated) throw this.#source.error("multiple `!'s");
      isNegated = true;
      this.#source.skipBlanks();
    }
    if (this.#source.isAtEnd) throw this.#source.error('missing command');
    const letter = this.#source.next();
    if (addresses.end && ONE_ADDRESS.includes(letter) && 'qQ'.includes(letter)) throw this.#source.error('command only uses one address');
    const action = this.#action(letter, addresses.first !== undefined);
    if (action) this.#commands.push({ ...addresses, isNegated, action });
  }

  #addresses(): Pick<SedCommand, 'first' | 'end' | 'startsAtZero'> {
    const isZero = this.#source.take(/0(?=\s*,\s*[/\\])/y) !== undefined;
    const first = isZero ? undefined : this.#address();
    this.#source.skipBlanks();
    if ((!first && !isZero) || this.#source.peek() !== ',') {
      if (first?.kind === 'line' && first.line === 0) throw this.#misplaced('invalid usage of line address 0');
      return { first, end: undefined, startsAtZero: false };
    }
    this.#source.next();
    this.#source.skipBlanks();
    const end = this.#rangeEnd();
    if (!end) throw this.#misplaced("unexpected `,'");
    if (first?.kind === 'line' && first.line === 0) throw this.#misplaced('invalid usage of line address 0');
    return { first: first ?? { kind: 'line', line: 0 }, end, startsAtZero: isZero };
  }

  /** An address is found wrong when the character behind it has been read. */
  #misplaced(message: string): CommandError {
    this.#source.next();
    return this.#source.error(message);
  }

  #rangeEnd(): RangeEnd | undefined {
    const relative = this.#source.take(/([+~])(\d+)/y);
    if (!relative) return this.#address();
    const number = Number(relative[2]);
    return relative[1] === '+' ? { kind: 'count', count: number } : { kind: 'multiple', of: number };
  }

  #address(): Address | undefined {
    const number = this.#source.take(/(\d+)(?:[ \t]*~[ \t]*(\d*))?/y);
    if (number) {
      if (number[2] !== undefined) return { kind: 'step', first: Number(number[1]), step: Number(number[2]) };
      return { kind: 'line', line: Number(number[1]) };
    }
    if (this.#source.peek() === '$') {
      this.#source.next();
      return { kind: 'last' };
    }
    if (/[+~]/.test(this.#source.peek()) && this.#source.take(/[+~]\d/y))
      throw this.#source.error('invalid usage of +N or ~N as first address');
    if (this.#source.peek() !== '/' && this.#source.peek() !== '\\') return undefined;
    const mark = this.#source.next();
    return { kind: 'regex', regex: this.#addressRegex(mark === '\\' ? this.#source.next() : mark) };
  }

  #addressRegex(delimiter: string): ReturnType<typeof compileSedRegex> {
    const source = readDelimited(this.#source, { isRegex: true, delimiter });
    if (source === undefined) throw this.#source.error('unterminated address regex');
    const flags = this.#source.take(/[IM]*/y)![0];
    return compileSedRegex(this.#source, source, { ...this.#syntax, ignoreCase: flags.includes('I'), multiline: flags.includes('M') });
  }

  /** Reads what follows a command's letter; undefined for what is no command when the script runs. */
  #action(letter: string, hasAddress: boolean): SedAction | undefined {
    switch (letter) {
      case '{': {
        const block = { kind: 'block' as const, end: 0 };
        this.#open.push(block);
        return block;
      }
      case '}':
        this.#closeBlock(hasAddress);
        return undefined;
      case ':':
        this.#label(hasAddress);
        return undefined;
      case 'b':
      case 't':
      case 'T':
        return this.#branch(letter);
      case 'a':
      case 'i':
      case 'c':
        return { kind: 'text', where: letter === 'a' ? 'append' : letter === 'i' ? 'insert' : 'change', text: this.#text() };
      case 's':
        return this.#ended({ kind: 'substitute', substitution: parseSubstitution(this.#source, this.#syntax) });
      case 'y':
        return this.#ended({ kind: 'transliterate', map: this.#transliteration() });
      case 'q':
      case 'Q':
        return this.#ended({ kind: 'quit', prints: letter === 'q', status: this.#number() ?? 0 });
      case 'l':
        return this.#ended({ kind: 'list', width: this.#number() });
      case 'r':
      case 'R':
        return { kind: 'read', path: this.#fileName(), onlyLine: letter === 'R' };
      case 'w':
      case 'W':
        return { kind: 'write', path: this.#fileName(), onlyLine: letter === 'W' };
      case 'v':
        this.#source.take(/[^\n;]*/y);
        return { kind: 'nothing' };
      case 'e':
        throw new CannotSimulate('sed: the command e is not modelled');
      default:
        if (!SIMPLE.includes(letter)) throw this.#source.error(`unknown command: \`${letter}'`);
        return this.#ended({ kind: 'letter', letter });
    }
  }

  #ended<A extends SedAction>(action: A): A {
    this.#source.skipBlanks();
    if (this.#source.isAtEnd || /[\n;}#]/.test(this.#source.peek())) return action;
    this.#source.next();
    throw this.#source.error('extra characters after command');
  }

  #closeBlock(hasAddress: boolean): void {
    const block = this.#open.pop();
    if (!block) throw this.#source.error("unexpected `}'");
    if (hasAddress) throw this.#source.error("} doesn't want any addresses");
    block.end = this.#commands.length;
    this.#ended({ kind: 'nothing' });
  }

  #label(hasAddress: boolean): void {
    if (hasAddress) throw this.#source.error(": doesn't want any addresses");
    this.#source.skipBlanks();
    const label = this.#source.take(/[^\n;]*/y)![0].trimEnd();
    if (label === '') throw this.#source.error('":" lacks a label');
    this.#labels.set(label, this.#commands.length);
  }

  #branch(letter: 'b' | 't' | 'T'): SedAction {
    this.#source.skipBlanks();
    const label = this.#source.take(/[^\n;}]*/y)![0].trimEnd();
    const action = { kind: 'branch' as const, on: ({ b: 'always', t: 'replaced', T: 'not-replaced' } as const)[letter], target: Infinity };
    if (label !== '') this.#branches.push({ action, label });
    return action;
  }

  /** The text of `a`, `i` and `c`: the rest of the line, going on after a backslash at its end. */
  #text(): Bytes {
    this.#source.skipBlanks();
    if (this.#source.isAtEnd) throw this.#source.error("expected \\ after `a', `c' or `i'");
    if (this.#source.take(/\\[ \t]*\n/y) === undefined) this.#source.take(/\\(?=[^])/y);
    if (this.#source.take(/\\$/y)) return '';
    const raw = this.#source.take(/(?:\\[^]|[^\\\n])*\\?/y)![0];
    return `${unescapeText(raw)}\n`;
  }

  #transliteration(): Map<Bytes, Bytes> {
    const delimiter = this.#source.next();
    const from = delimiter === '' ? undefined : readDelimited(this.#source, { delimiter });
    const to = from === undefined ? undefined : readDelimited(this.#source, { delimiter });
    if (from === undefined || to === undefined) throw this.#source.error("unterminated `y' command");
    const [left, right] = [splitCharacters(from), splitCharacters(to)];
    if (left.length !== right.length) throw this.#source.error("strings for `y' command are different lengths");
    return new Map(left.map((character, index) => [character, right[index]!]));
  }

  #number(): number | undefined {
    this.#source.skipBlanks();
    const found = this.#source.take(/\d+/y);
    return found ? Number(found[0]) : undefined;
  }

  #fileName(): Bytes {
    this.#source.skipBlanks();
    const path = this.#source.take(/[^\n]*/y)![0];
    if (path === '') throw this.#source.error('missing filename in r/R/w/W commands');
    return path;
  }
}

/** Takes the backslashes of a text away, decoding those that stand for a character. */
function unescapeText(raw: Bytes): Bytes {
  let text = '';
  for (let index = 0; index < raw.length; index += 1) {
    if (raw[index] !== '\\') {
      text += raw[index]!;
      continue;
    }
    const escape = index === 0 ? undefined : readEscape(raw, index + 1);
    text += escape?.character ?? raw[index + 1] ?? '';
    index += escape?.length ?? 1;
  }
  return text;
}

function splitCharacters(text: Bytes): Bytes[] {
  const characters: Bytes[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const escape = text[index] === '\\' ? (readEscape(text, index + 1) ?? { character: text[index + 1] ?? '\\', length: 1 }) : undefined;
    characters.push(escape?.character ?? text[index]!);
    index += escape?.length ?? 0;
  }
  return characters;
}

function describePlace(pieces: readonly ScriptPiece[], offset: number): string {
  let expression = 0;
  let start = 0;
  for (const [index, { text, file }] of pieces.entries()) {
    if (file === undefined) expression += 1;
    const isLast = index === pieces.length - 1;
    if (offset <= start + text.length || isLast) {
      if (file === undefined) return `-e expression #${expression}, char ${offset === 0 ? 0 : offset - start}: `;
      return `file ${file} line ${text.slice(0, offset - start).split('\n').length}: `;
    }
    start += text.length + 1;
  }
  return '';
}
