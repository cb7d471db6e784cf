import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { ParameterOperation } from './tree.ts';
import type { WordReader } from './word-reader.ts';

/** Reads the operators of `${name…}` that only bash has, up to and including `}`; undefined when there is none. */
export function readBashOperation(reader: WordReader, quoted: boolean): ParameterOperation | undefined {
  switch (reader.source.peek()) {
    case ':':
      return readSlice(reader, quoted);
    case '/':
      return readReplacement(reader, quoted);
    case '^':
    case ',':
      return readCaseChange(reader, quoted);
    case '@':
      throw new CannotSimulate('bash: ${name@operator} is not modelled');
    default:
      return undefined;
  }
}

function readSlice(reader: WordReader, quoted: boolean): ParameterOperation {
  reader.source.next();
  const offset = reader.readOperand(true, ':}');
  if (reader.source.peek() === ':') {
    reader.source.next();
    return { kind: 'slice', offset, length: reader.readBraceWord(true) };
  }
  reader.readBraceWord(quoted);
  return { kind: 'slice', offset, length: undefined };
}

const REPLACEMENT_MARKS: ReadonlyMap<string, 'all' | 'start' | 'end'> = new Map([
  ['/', 'all'],
  ['#', 'start'],
  ['%', 'end'],
]);

function readReplacement(reader: WordReader, quoted: boolean): ParameterOperation {
  reader.source.next();
  const where = REPLACEMENT_MARKS.get(reader.source.peek()) ?? 'first';
  if (where !== 'first') reader.source.next();
  const pattern = reader.readOperand(false, '/}');
  if (reader.source.peek() !== '/') {
    reader.readBraceWord(quoted);
    return { kind: 'replace', pattern, replacement: [], where };
  }
  reader.source.next();
  return { kind: 'replace', pattern, replacement: reader.readBraceWord(quoted), where };
}

function readCaseChange(reader: WordReader, quoted: boolean): ParameterOperation {
  const mark = reader.source.next();
  const all = reader.source.peek() === mark;
  if (all) reader.source.next();
  const pattern = reader.readBraceWord(quoted);
  if (pattern.length > 0) throw new CannotSimulate('bash: ${name^pattern} is not modelled');
  return { kind: 'case', upper: mark === '^', all };
}
