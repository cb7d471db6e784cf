import { Pattern } from '../../expansion/pattern.ts';
import type { Bytes } from '../../kernel/bytes.ts';
import type { Node } from '../../kernel/node.ts';
import { baseName, joinPath } from '../../kernel/path.ts';
import type { Process, Program } from '../../kernel/process.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import { RegexError } from '../../regex/tree.ts';
import type { CommandContext } from '../io/command.ts';
import { command } from '../io/command.ts';
import { CommandError, UsageError } from '../io/command-error.ts';
import { createMatcher, strayQuantifiers } from './matcher.ts';
import type { Matcher } from './matcher.ts';
import type { GrepOptions } from './options.ts';
import { readGrepOptions, USAGE } from './options.ts';
import { FileSearch } from './search.ts';

/** `grep [option…] pattern [file…]` */
export const grep = command(function* (context) {
  const options = readGrepOptions(context);
  context.out.isLineBuffered ||= options.isLineBuffered;
  const { patterns, operands } = yield* readPatterns(context, options);
  const match = yield* compile(context, patterns, options);
  const search = new Search(context, options, match);
  return yield* search.run(operands);
});

/** `egrep` and `fgrep` are scripts that call grep with an option in front. */
export function grepWith(option: Bytes): Program {
  return (process: Process) => {
    process.argv = ['grep', option, ...process.argv.slice(1)];
    return grep(process);
  };
}

function* readPatterns(context: CommandContext, options: GrepOptions): Task<{ patterns: Bytes[]; operands: readonly Bytes[] }> {
  if (!options.patterns) {
    const [pattern, ...operands] = options.operands;
    if (pattern === undefined) throw new UsageError(USAGE, 2);
    return { patterns: pattern.split('\n'), operands };
  }
  const patterns: Bytes[] = [];
  for (const { kind, value } of options.patterns) {
    if (kind === 'text') patterns.push(...value.split('\n'));
    else patterns.push(...(yield* readPatternFile(context, value)));
  }
  return { patterns, operands: options.operands };
}

function* readPatternFile(context: CommandContext, path: Bytes): Task<Bytes[]> {
  const text = yield* context.readFile(path, (error) => `${path}: ${error.message}`);
  if (text === undefined) throw new CommandError('', 2);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function* compile(context: CommandContext, patterns: readonly Bytes[], { matcher }: GrepOptions): Task<Matcher> {
  try {
    for (const pattern of patterns)
      for (const quantifier of strayQuantifiers(pattern, matcher)) yield* context.complain(`warning: ${quantifier} at start of expression`);
    return createMatcher(patterns, matcher);
  } catch (error) {
    if (error instanceof RegexError) throw new CommandError(error.message, 2);
    throw error;
  }
}

/** One run of grep over its files. */
class Search {
  readonly #context: CommandContext;
  readonly #options: GrepOptions;
  readonly #match: Matcher;
  readonly #shared = { hasPrinted: false };
  readonly #include: readonly Pattern[];
  readonly #exclude: readonly Pattern[];
  readonly #excludeDirectories: readonly Pattern[];
  #hasMatched = false;
  #hasFailed = false;

  constructor(context: CommandContext, options: GrepOptions, match: Matcher) {
    this.#context = context;
    this.#options = options;
    this.#match = match;
    const compileAll = (globs: readonly Bytes[]): Pattern[] => globs.map((glob) => Pattern.compile(glob));
    this.#include = compileAll(options.include);
    this.#exclude = compileAll(options.exclude);
    this.#excludeDirectories = compileAll(options.excludeDirectories.map((glob) => glob.replace(/(.)\/+$/, '$1')));
  }

  *run(operands: readonly Bytes[]): Task<number> {
    const { isRecursive, report } = this.#options;
    const paths = operands.length > 0 ? operands : [isRecursive ? '.' : '-'];
    const showsName = this.#options.namesFiles ?? (operands.length > 1 || isRecursive);
    for (const path of paths) {
      const node = path === '-' ? undefined : this.#context.process.files.find(path, this.#context.process);
      if (isRecursive && node?.kind === 'directory') yield* this.#descend(operands.length > 0 ? path : '', node);
      else if (path === '-' || !this.#isExcluded(path)) yield* this.#file(path, node, showsName && !(isRecursive && operands.length === 1));
      if (report === 'nothing' && this.#hasMatched) return 0;
    }
    return this.#hasFailed ? 2 : this.#hasMatched ? 0 : 1;
  }

  *#descend(path: Bytes, directory: Node & { kind: 'directory' }): Task<void> {
    for (const [name, entry] of [...directory.entries]) {
      const below = path === '' ? name : joinPath(path.replace(/(.)\/+$/, '$1'), name);
      const isFollowed = entry.kind === 'symlink' && this.#options.followsLinks;
      const node = isFollowed ? this.#context.process.files.find(below, this.#context.process) : entry;
      if (node?.kind === 'directory') {
        if (!this.#excludeDirectories.some((pattern) => pattern.matches(name))) yield* this.#descend(below, node);
      } else if (node?.kind === 'file' && !this.#isExcluded(below)) {
        yield* this.#file(below, node, this.#options.namesFiles ?? true);
      }
    }
  }

  *#file(path: Bytes, node: Node | undefined, showsName: boolean): Task<void> {
    if (node?.kind === 'directory') {
      if (!this.#options.skipsDirectories && !this.#options.isRecursive) yield* this.#fail(`${path}: Is a directory`);
      return;
    }
    try {
      const descriptor = path === '-' ? 0 : this.#context.process.open(path, { read: true });
      const name = path === '-' ? this.#options.label : path;
      const search = new FileSearch(this.#context, this.#options, this.#match, { name, showsName, shared: this.#shared });
      if (yield* search.run(descriptor)) this.#hasMatched = true;
      this.#context.close(descriptor);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code === 'EPIPE' || error.code === 'ENOSPC') throw error;
      yield* this.#fail(`${path}: ${error.message}`);
    }
  }

  *#fail(message: string): Task<void> {
    this.#hasFailed = true;
    yield* this.#context.out.flush();
    if (!this.#options.isQuietAboutFiles) yield* this.#context.complain(message);
  }

  #isExcluded(path: Bytes): boolean {
    const isNamed = (pattern: Pattern): boolean => pattern.matches(baseName(path)) || pattern.matches(path);
    if (this.#exclude.some(isNamed)) return true;
    return this.#include.length > 0 && !this.#include.some(isNamed);
  }
}
