import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { execute, findProgram } from '../../kernel/execute.ts';
import type { Node } from '../../kernel/node.ts';
import { permits } from '../../kernel/node.ts';
import { baseName, parentPath } from '../../kernel/path.ts';
import type { Process } from '../../kernel/process.ts';
import { exitCode } from '../../kernel/process.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import { decodeEscapes } from '../../text/escapes.ts';
import { sizeOf } from '../file-facts.ts';
import type { CommandContext } from '../io/command.ts';
import { quote } from '../io/quote.ts';
import type { FindExpression, FindOptions, NumberTest } from './expression.ts';

/** A file that find has come to. */
export interface FoundFile {
  path: Bytes;
  node: Node;
  depth: number;
}

const ESCAPES = { zeroPrefix: false, bareOctal: true, hex: false, escapeCharacter: false, quote: false };

/** Evaluates find's expression for one file after another, carrying out its actions. */
export class FindEvaluator {
  readonly #context: CommandContext;
  readonly #options: FindOptions;
  readonly #collected = new Map<FindExpression & { kind: 'execute' }, Bytes[]>();
  #isPruned = false;
  hasQuit = false;

  constructor(context: CommandContext, options: FindOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Whether -prune was reached since the last call. */
  takePrune(): boolean {
    const isPruned = this.#isPruned;
    this.#isPruned = false;
    return isPruned && !this.#options.depthFirst;
  }

  *holds(expression: FindExpression, file: FoundFile): Task<boolean> {
    switch (expression.kind) {
      case 'and':
        return (yield* this.holds(expression.left, file)) && (yield* this.holds(expression.right, file));
      case 'or':
        return (yield* this.holds(expression.left, file)) || (yield* this.holds(expression.right, file));
      case 'list':
        yield* this.holds(expression.left, file);
        return yield* this.holds(expression.right, file);
      case 'not':
        return !(yield* this.holds(expression.operand, file));
      case 'print':
        yield* this.#context.write(file.path + expression.end);
        return true;
      case 'printf':
        yield* this.#context.write(formatFile(expression.format, file));
        return true;
      case 'delete':
        return yield* this.#delete(file);
      case 'prune':
        this.#isPruned = true;
        return true;
      case 'quit':
        this.hasQuit = true;
        return true;
      case 'execute':
        return yield* this.#execute(expression, file);
      default:
        return this.#test(expression, file);
    }
  }

  /** Runs what `-exec … +` has collected. */
  *finish(): Task<void> {
    for (const [{ words }, paths] of this.#collected) {
      const status = yield* this.#run([...words, ...paths], undefined);
      if (status !== 0) this.#context.status = 1;
    }
  }

  #test(expression: FindExpression, { path, node }: FoundFile): boolean {
    const { process } = this.#context;
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'name':
        return expression.pattern.matches(expression.ignoresCase ? baseName(path).toLowerCase() : baseName(path));
      case 'path':
        return expression.pattern.matches(path);
      case 'regex':
        return expression.regex.test(path);
      case 'type':
        return expression.types.includes({ file: 'f', directory: 'd', symlink: 'l', device: 'c', kernel: 'd' }[node.kind]);
      case 'empty':
        return node.kind === 'file'
          ? node.content === '' && node.program === undefined
          : node.kind === 'directory' && node.entries.size === 0;
      case 'size':
        return compare(Math.ceil(sizeOf(node) / expression.unitBytes), expression.test);
      case 'age':
        return compare(Math.floor((process.kernel.host.now() - node.modifiedMs) / expression.unitMs), expression.test);
      case 'newer':
        return node.modifiedMs > expression.thanMs;
      case 'permissions':
        return hasPermissions(node.mode, expression.mode, expression.match);
      case 'access':
        return permits(node, process.user, expression.wanted);
      case 'user':
        return node.user === expression.user;
      default:
        throw new TypeError(`${expression.kind} is no test`);
    }
  }

  *#delete({ path, node }: FoundFile): Task<boolean> {
    const { files } = this.#context.process;
    if (path === '.') return true;
    try {
      const place = files.locate(path, this.#context.process, false);
      if (node.kind === 'directory') files.removeDirectory(place, this.#context.process);
      else files.unlink(place, this.#context.process);
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* this.#context.complain(`cannot delete ${quote(path)}: ${error.message}`);
      this.#context.status = 1;
      return false;
    }
  }

  *#execute(expression: FindExpression & { kind: 'execute' }, { path }: FoundFile): Task<boolean> {
    if (expression.collects) {
      if (expression.inDirectory) throw new CannotSimulate('find: -execdir … + is not modelled');
      this.#collected.set(expression, [...(this.#collected.get(expression) ?? []), path]);
      return true;
    }
    const shown = expression.inDirectory ? `./${baseName(path)}` : path;
    const words = expression.words.map((word) => word.replaceAll('{}', () => shown));
    return (yield* this.#run(words, expression.inDirectory ? parentPath(path) : undefined)) === 0;
  }

  *#run(words: readonly Bytes[], directory: Bytes | undefined): Task<number> {
    yield* this.#context.out.flush();
    const { process } = this.#context;
    const child = process.fork((forked) => runProgram(forked, words, directory));
    return exitCode(yield* process.waitFor(child));
  }
}

function* runProgram(process: Process, words: readonly Bytes[], directory: Bytes | undefined): Task<number> {
  try {
    if (directory !== undefined) process.workingDirectory = process.files.locate(directory, process).path;
    return yield* execute(process, findProgram(process, words[0] ?? '', process.environment.get('PATH')), words, process.environment);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* process.write(2, `find: ${quote(words[0] ?? '')}: ${error.message}\n`);
    return 1;
  }
}

function compare(value: number, { sign, value: wanted }: NumberTest): boolean {
  if (sign === '+') return value > wanted;
  return sign === '-' ? value < wanted : value === wanted;
}

function hasPermissions(mode: number, wanted: number, match: 'exact' | 'all' | 'any'): boolean {
  if (match === 'exact') return (mode & 0o7777) === wanted;
  return match === 'all' ? (mode & wanted) === wanted : wanted === 0 || (mode & wanted) !== 0;
}

function formatFile(format: Bytes, { path, node, depth }: FoundFile): Bytes {
  return decodeEscapes(format, ESCAPES).text.replace(/%([^])/g, (_whole, letter: string) => {
    switch (letter) {
      case '%':
        return '%';
      case 'p':
        return path;
      case 'f':
        return baseName(path);
      case 'h':
        return parentPath(path);
      case 's':
        return String(sizeOf(node));
      case 'd':
        return String(depth);
      case 'm':
        return node.mode.toString(8);
      case 'y':
        return { file: 'f', directory: 'd', symlink: 'l', device: 'c', kernel: 'd' }[node.kind];
      default:
        throw new CannotSimulate(`find: -printf %${letter} is not modelled`);
    }
  });
}
