import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import type { OptionTable, ParsedOptions } from '../io/options.ts';
import { parseOptions } from '../io/options.ts';
import type { MatcherOptions } from './matcher.ts';

export const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.";

/** What grep is to print for each file. */
export type GrepReport = 'lines' | 'count' | 'names-with' | 'names-without' | 'nothing';

export interface GrepOptions {
  /** Undefined: the first operand is the pattern. */
  patterns: { kind: 'text' | 'file'; value: Bytes }[] | undefined;
  operands: readonly Bytes[];
  matcher: MatcherOptions;
  isInverted: boolean;
  report: GrepReport;
  onlyMatching: boolean;
  mostMatches: number;
  numbersLines: boolean;
  numbersBytes: boolean;
  /** Undefined: as the number of files suggests. */
  namesFiles: boolean | undefined;
  before: number;
  after: number;
  isQuietAboutFiles: boolean;
  isRecursive: boolean;
  followsLinks: boolean;
  skipsDirectories: boolean;
  treatsBinary: 'binary' | 'text' | 'without-match';
  isLineBuffered: boolean;
  label: Bytes;
  separator: Bytes;
  nameEnd: Bytes | undefined;
  initialTab: boolean;
  include: readonly Bytes[];
  exclude: readonly Bytes[];
  excludeDirectories: readonly Bytes[];
}

const TABLE: OptionTable = {
  short: 'A:B:C:EFGHILTUVZabce:f:hilm:noqrRsvwxyzd:D:',
  long: {
    'after-context=': 'A',
    'before-context=': 'B',
    'context=': 'C',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    'basic-regexp': 'G',
    'with-filename': 'H',
    'files-without-match': 'L',
    'initial-tab': 'T',
    binary: 'U',
    null: 'Z',
    text: 'a',
    'byte-offset': 'b',
    count: 'c',
    'regexp=': 'e',
    'file=': 'f',
    'no-filename': 'h',
    'ignore-case': 'i',
    'no-ignore-case': 'no-ignore-case',
    'files-with-matches': 'l',
    'max-count=': 'm',
    'line-number': 'n',
    'only-matching': 'o',
    quiet: 'q',
    silent: 'q',
    recursive: 'r',
    'dereference-recursive': 'R',
    'no-messages': 's',
    'invert-match': 'v',
    'word-regexp': 'w',
    'line-regexp': 'x',
    'null-data': 'z',
    'line-buffered': 'line-buffered',
    'label=': 'label',
    'include=': 'include',
    'exclude=': 'exclude',
    'exclude-dir=': 'exclude-dir',
    'directories=': 'd',
    'devices=': 'D',
    'color?': 'color',
    'colour?': 'color',
    'binary-files=': 'binary-files',
  },
  unmodelled: 'PX',
  unmodelledLong: ['perl-regexp', 'exclude-from', 'group-separator', 'no-group-separator'],
  errorStatus: 2,
  usage: USAGE,
};

/** Reads grep's arguments. Throws CommandError for wrong ones. */
export function readGrepOptions(context: CommandContext): GrepOptions {
  const args = context.args.map((argument) => argument.replace(/^-(\d+)$/, '-C$1'));
  const options = parseOptions(context.name, args, TABLE);
  if (options.has('color') && !['', 'auto', 'never', 'if-tty'].includes(options.get('color')!))
    throw new CannotSimulate('grep: --color is not modelled');
  if (options.get('d') === 'recurse') throw new CannotSimulate('grep: -d recurse is not modelled');
  const patterns = options.list.filter(({ key }) => key === 'e' || key === 'f');
  return {
    patterns: patterns.length === 0 ? undefined : patterns.map(({ key, value }) => ({ kind: key === 'e' ? 'text' : 'file', value })),
    operands: options.operands,
    matcher: readMatcher(options),
    isInverted: options.has('v'),
    report: readReport(options),
    onlyMatching: options.has('o'),
    mostMatches: readCount(options.get('m'), 'invalid max count') ?? Infinity,
    numbersLines: options.has('n'),
    numbersBytes: options.has('b'),
    namesFiles: { h: false, H: true }[options.last('h', 'H') ?? ''],
    before: readContext(options, 'B'),
    after: readContext(options, 'A'),
    isQuietAboutFiles: options.has('s'),
    isRecursive: options.has('r') || options.has('R'),
    followsLinks: options.has('R'),
    skipsDirectories: options.get('d') === 'skip',
    treatsBinary: readBinary(options),
    isLineBuffered: options.has('line-buffered'),
    label: options.get('label') ?? '(standard input)',
    separator: options.has('z') ? '\0' : '\n',
    nameEnd: options.has('Z') ? '\0' : undefined,
    initialTab: options.has('T'),
    include: options.all('include'),
    exclude: options.all('exclude'),
    excludeDirectories: options.all('exclude-dir'),
  };
}

function readMatcher(options: ParsedOptions): MatcherOptions {
  const syntax = { E: 'extended', F: 'fixed', G: 'basic' } as const;
  const chosen = options.last('E', 'F', 'G') as keyof typeof syntax | undefined;
  const lastCase = options.last('i', 'y', 'no-ignore-case');
  return {
    syntax: chosen ? syntax[chosen] : 'basic',
    ignoreCase: lastCase !== undefined && lastCase !== 'no-ignore-case',
    extent: options.has('x') ? 'line' : options.has('w') ? 'word' : 'any',
  };
}

function readReport(options: ParsedOptions): GrepReport {
  if (options.has('q')) return 'nothing';
  const names = options.last('l', 'L');
  if (names !== undefined) return names === 'l' ? 'names-with' : 'names-without';
  return options.has('c') ? 'count' : 'lines';
}

function readBinary(options: ParsedOptions): GrepOptions['treatsBinary'] {
  const last = options.list.findLast(({ key }) => ['a', 'I', 'binary-files'].includes(key));
  if (!last) return 'binary';
  if (last.key !== 'binary-files') return last.key === 'a' ? 'text' : 'without-match';
  if (last.value === 'text' || last.value === 'without-match' || last.value === 'binary') return last.value;
  throw new CommandError('invalid argument for --binary-files', 2);
}

function readContext(options: ParsedOptions, key: 'A' | 'B'): number {
  for (const { key: other, value } of options.list)
    if ('ABC'.includes(other)) readCount(value, `${value}: invalid context length argument`);
  const text = options.get(key) ?? options.get('C');
  return readCount(text, `${text}: invalid context length argument`) ?? 0;
}

function readCount(text: Bytes | undefined, complaint: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new CommandError(complaint, 2);
  return Number(text);
}
