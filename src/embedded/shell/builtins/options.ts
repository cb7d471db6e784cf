import { ShellError } from '../interpreter/shell-error.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Dialect } from '../syntax/tree.ts';

export interface BuiltinOptions {
  /** Letters that were given, with the value of those that take one; the last counts. */
  given: Map<string, Bytes>;
  operands: readonly Bytes[];
}

/** Reads the options in front of a built-in's operands; a letter followed by `:` in `accepted` takes a value. Throws ShellError for others. */
export function parseBuiltinOptions(argv: readonly Bytes[], accepted: string): BuiltinOptions {
  const given = new Map<string, Bytes>();
  let index = 1;
  for (; index < argv.length; index += 1) {
    const argument = argv[index]!;
    if (argument === '--') {
      index += 1;
      break;
    }
    if (!argument.startsWith('-') || argument === '-') break;
    for (let position = 1; position < argument.length; position += 1) {
      const letter = argument[position]!;
      const place = letter === ':' ? -1 : accepted.indexOf(letter);
      if (place < 0) throw new ShellError(`Illegal option -${letter}`);
      if (accepted[place + 1] !== ':') {
        given.set(letter, '');
        continue;
      }
      const rest = argument.slice(position + 1);
      const value = rest === '' ? argv[++index] : rest;
      if (value === undefined) throw new ShellError(`No arg for -${letter} option`);
      given.set(letter, value);
      break;
    }
  }
  return { given, operands: argv.slice(index) };
}

/** A number that is not negative, as `exit` and `shift` want it. */
export function parseCount(text: Bytes): number {
  if (!/^\d+$/.test(text) || Number(text) > 2 ** 31 - 1) throw new ShellError(`Illegal number: ${text}`);
  return Number(text);
}

/** A text in single quotes, as the shell prints values that can be read back. */
export function singleQuote(text: Bytes, dialect: Dialect): Bytes {
  if (dialect === 'bash') return `'${text.replaceAll("'", "'\\''")}'`;
  const quoted = `'${text.replace(/'+/g, (quotes) => `'"${quotes}"'`)}'`;
  return text.endsWith("'") ? quoted.slice(0, -2) : quoted;
}
