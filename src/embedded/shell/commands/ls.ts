import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Node } from '../kernel/node.ts';
import { permits } from '../kernel/node.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { formatDate } from './date-format.ts';
import { linkCount, modeLetters, sizeOf } from './file-facts.ts';
import { userName } from './identity.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import { compareVersions } from './version-order.ts';

interface Entry {
  name: Bytes;
  node: Node;
}

const HALF_YEAR_MS = 15_778_476_000;

/** `ls [-1aAdFhlnpRrStUv] [file…]`: one name a line, since nobody sits at a terminal. */
export const ls = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: '1aAdFilnpRrStUv',
    long: {
      all: 'a',
      'almost-all': 'A',
      directory: 'd',
      classify: 'F',
      inode: 'i',
      recursive: 'R',
      reverse: 'r',
      'color?': 'color',
      'numeric-uid-gid': 'n',
    },
    unmodelled: 'bBcCDfgGhHIkLmNoqQsTuwxXZ',
    unmodelledLong: [
      'author',
      'escape',
      'block-size',
      'ignore-backups',
      'dired',
      'file-type',
      'format',
      'full-time',
      'group-directories-first',
      'no-group',
      'human-readable',
      'si',
      'hide',
      'hyperlink',
      'indicator-style',
      'ignore',
      'kibibytes',
      'dereference',
      'literal',
      'hide-control-chars',
      'show-control-chars',
      'quote-name',
      'quoting-style',
      'size',
      'sort',
      'time',
      'time-style',
      'tabsize',
      'width',
      'context',
      'zero',
    ],
    errorStatus: 2,
  });
  const color = options.get('color');
  if (color !== undefined && !/^(?:auto|tty|if-tty|never|no|none)$/.test(color)) throw new CannotSimulate('ls: colours are not modelled');
  const operands = options.operands.length === 0 ? ['.'] : options.operands;
  const { files, directories } = yield* sortOperands(context, operands, options);
  yield* printEntries(context, files, options);
  const showsNames = operands.length > 1 || options.has('R');
  let isFirst = files.length === 0;
  for (const directory of directories) isFirst = yield* listDirectory(context, directory, options, showsNames, isFirst);
  return undefined;
});

function* sortOperands(
  context: CommandContext,
  operands: readonly Bytes[],
  options: ParsedOptions,
): Task<{ files: Entry[]; directories: Entry[] }> {
  const entries: Entry[] = [];
  for (const name of operands) {
    try {
      const follow = !(options.has('l') || options.has('d') || options.has('F'));
      const { files } = context.process;
      const target = follow || name.endsWith('/') ? files.find(name, context.process) : undefined;
      const node = target ?? files.node(name, context.process, name.endsWith('/'));
      entries.push({ name, node });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* context.complain(`cannot access ${quote(name)}: ${error.message}`);
      context.status = 2;
    }
  }
  const sorted = sortEntries(entries, options);
  const isDirectory = ({ node }: Entry): boolean => node.kind === 'directory' && !options.has('d');
  return { files: sorted.filter((entry) => !isDirectory(entry)), directories: sorted.filter(isDirectory) };
}

function* listDirectory(
  context: CommandContext,
  { name, node }: Entry,
  options: ParsedOptions,
  showsName: boolean,
  isFirst: boolean,
): Task<boolean> {
  if (node.kind !== 'directory') return isFirst;
  if (!permits(node, context.process.user, 4)) {
    yield* context.complain(`cannot open directory ${quote(name)}: ${new SystemError('EACCES').message}`);
    context.status = 2;
    return isFirst;
  }
  if (showsName) yield* context.write(`${isFirst ? '' : '\n'}${name}:\n`);
  const entries: Entry[] = [...node.entries].map(([entryName, entry]) => ({ name: entryName, node: entry }));
  const hidden: Entry[] = [
    { name: '.', node },
    { name: '..', node: node.parent ?? node },
  ];
  const shown = options.has('a') ? [...hidden, ...entries] : entries.filter((entry) => options.has('A') || !entry.name.startsWith('.'));
  const sorted = sortEntries(shown, options);
  if (options.has('l') || options.has('n'))
    yield* context.writeLine(`total ${sorted.reduce((blocks, entry) => blocks + blocksOf(entry.node), 0)}`);
  yield* printEntries(context, sorted, options);
  if (!options.has('R')) return false;
  for (const entry of sorted) {
    if (entry.node.kind !== 'directory' || entry.name === '.' || entry.name === '..') continue;
    yield* listDirectory(context, { name: `${name.replace(/(.)\/$/, '$1')}/${entry.name}`, node: entry.node }, options, true, false);
  }
  return false;
}

function sortEntries(entries: readonly Entry[], options: ParsedOptions): Entry[] {
  const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const order = options.last('S', 't', 'U', 'v');
  const compare = (a: Entry, b: Entry): number => {
    if (order === 'S') return sizeOf(b.node) - sizeOf(a.node) || byName(a, b);
    if (order === 't') return b.node.modifiedMs - a.node.modifiedMs || byName(a, b);
    return order === 'v' ? compareVersions(a.name, b.name) : byName(a, b);
  };
  const sorted = order === 'U' ? [...entries] : [...entries].sort(compare);
  return options.has('r') ? sorted.reverse() : sorted;
}

function* printEntries(context: CommandContext, entries: readonly Entry[], options: ParsedOptions): Task<void> {
  const isLong = options.has('l') || options.has('n');
  const rows = isLong ? longRows(context, entries, options) : entries.map(({ name, node }) => label(name, node, options));
  for (const row of rows) yield* context.writeLine(row);
}

function label(name: Bytes, node: Node, options: ParsedOptions): Bytes {
  const inode = options.has('i') ? `${node.inode} ` : '';
  let mark = '';
  if (options.has('F'))
    mark = { file: (node.mode & 0o111) === 0 ? '' : '*', directory: '/', symlink: '@', device: '', kernel: '/' }[node.kind];
  else if (options.has('p')) mark = node.kind === 'directory' ? '/' : '';
  return inode + name + mark;
}

function longRows(context: CommandContext, entries: readonly Entry[], options: ParsedOptions): Bytes[] {
  const { process } = context;
  const now = process.kernel.host.now();
  const owner = (node: Node): Bytes => (options.has('n') ? String(node.user) : (userName(process, node.user) ?? String(node.user)));
  const columns = entries.map(({ name, node }) => {
    const isRecent = node.modifiedMs <= now && now - node.modifiedMs < HALF_YEAR_MS;
    const arrow = node.kind === 'symlink' ? ` -> ${node.target}` : '';
    return [
      modeLetters(node),
      String(linkCount(node)),
      owner(node),
      options.has('n') ? '0' : 'root',
      String(sizeOf(node)),
      formatDate(node.modifiedMs, isRecent ? '%b %e %H:%M' : '%b %e  %Y'),
      label(name, node, options) + arrow,
    ];
  });
  const width = (index: number): number => Math.max(0, ...columns.map((row) => row[index]!.length));
  const widths = [1, 2, 3, 4].map(width);
  return columns.map(([mode, links, user, group, size, date, name]) =>
    [mode, links!.padStart(widths[0]!), user!.padEnd(widths[1]!), group!.padEnd(widths[2]!), size!.padStart(widths[3]!), date, name].join(
      ' ',
    ),
  );
}

function blocksOf(node: Node): number {
  if (node.kind === 'directory') return 4;
  return node.kind === 'file' ? Math.ceil(node.content.length / 4096) * 4 : 0;
}
