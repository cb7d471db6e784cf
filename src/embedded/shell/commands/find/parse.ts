import { Pattern } from '../../expansion/pattern.ts';
import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { SystemError } from '../../kernel/system-error.ts';
import { parseMode } from '../../text/file-mode.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import { quote } from '../io/quote.ts';
import type { FindExpression, FindOptions, NumberTest } from './expression.ts';

export interface FindPlan {
  paths: readonly Bytes[];
  expression: FindExpression;
  options: FindOptions;
}

const UNMODELLED = new Set(
  '-amin -anewer -atime -cmin -cnewer -context -daystart -files0-from -fls -fprint -fprint0 -fprintf -fstype -gid -group -ilname -inum -ipath -iregex -iwholename -links -lname -ls -mount -nogroup -noleaf -nouser -ok -okdir -regextype -samefile -uid -used -warn -nowarn -wholename -xdev -xtype -D -Olevel'.split(
    ' ',
  ),
);
const SIZE_UNITS: Readonly<Record<string, number>> = { b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const DAY_MS = 86_400_000;

/** Parses the command line of find; an expression without an action gets -print. */
export function parseFind(context: CommandContext): FindPlan {
  return new FindParser(context).parse();
}

class FindParser {
  readonly #context: CommandContext;
  readonly #args: readonly Bytes[];
  readonly #options: FindOptions = { follows: false, depthFirst: false, minDepth: 0, maxDepth: Infinity };
  #position = 0;
  #hasAction = false;

  constructor(context: CommandContext) {
    this.#context = context;
    this.#args = context.args;
  }

  parse(): FindPlan {
    for (; /^-[HLP]$/.test(this.#peek() ?? ''); this.#position += 1) this.#options.follows = this.#peek() === '-L';
    const paths: Bytes[] = [];
    while (this.#peek() !== undefined && !/^(?:-.|[(!,]$)/.test(this.#peek()!)) paths.push(this.#next());
    const expression: FindExpression = this.#peek() === undefined ? { kind: 'constant', value: true } : this.#list();
    const extra = this.#peek();
    if (extra === ')') throw new CommandError("invalid expression; you have too many ')'");
    if (extra !== undefined) throw new CommandError(`paths must precede expression: \`${extra}'`);
    const whole: FindExpression = this.#hasAction ? expression : { kind: 'and', left: expression, right: { kind: 'print', end: '\n' } };
    return { paths: paths.length === 0 ? ['.'] : paths, expression: whole, options: this.#options };
  }

  #list(): FindExpression {
    let left = this.#or();
    while (this.#take(',')) left = { kind: 'list', left, right: this.#or() };
    return left;
  }

  #or(): FindExpression {
    let left = this.#and();
    while (this.#take('-o') || this.#take('-or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): FindExpression {
    let left = this.#not();
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === ')' || next === ',' || next === '-o' || next === '-or') return left;
      if (!this.#take('-a')) this.#take('-and');
      left = { kind: 'and', left, right: this.#not() };
    }
  }

  #not(): FindExpression {
    if (this.#take('!') || this.#take('-not')) return { kind: 'not', operand: this.#not() };
    if (this.#take('(')) {
      const inner = this.#list();
      if (!this.#take(')')) throw new CommandError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    const word = this.#next();
    if (!word.startsWith('-')) throw new CommandError(`paths must precede expression: \`${word}'`);
    return this.#test(word) ?? this.#action(word);
  }

  #test(word: Bytes): FindExpression | undefined {
    switch (word) {
      case '-name':
      case '-iname':
        return { kind: 'name', pattern: this.#pattern(word), ignoresCase: word === '-iname' };
      case '-path':
        return { kind: 'path', pattern: this.#pattern(word), ignoresCase: false };
      case '-type':
        return { kind: 'type', types: this.#types(this.#argument(word)) };
      case '-empty':
        return { kind: 'empty' };
      case '-size':
        return this.#size(this.#argument(word));
      case '-mtime':
        return { kind: 'age', test: this.#number(word), unitMs: DAY_MS };
      case '-mmin':
        return { kind: 'age', test: this.#number(word), unitMs: 60_000 };
      case '-newer':
        return { kind: 'newer', thanMs: this.#timeOf(this.#argument(word)) };
      case '-perm':
        return this.#permissions(this.#argument(word));
      case '-readable':
        return { kind: 'access', wanted: 4 };
      case '-writable':
        return { kind: 'access', wanted: 2 };
      case '-executable':
        return { kind: 'access', wanted: 1 };
      case '-user':
        return this.#user(this.#argument(word));
      case '-true':
        return { kind: 'constant', value: true };
      case '-false':
        return { kind: 'constant', value: false };
      case '-maxdepth':
      case '-mindepth':
        return this.#depth(word);
      case '-depth':
        this.#options.depthFirst = true;
        return { kind: 'constant', value: true };
      default:
        return undefined;
    }
  }

  #action(word: Bytes): FindExpression {
    if (word === '-prune') return { kind: 'prune' };
    if (UNMODELLED.has(word) || word === '-regex') throw new CannotSimulate(`find: the test ${word} is not modelled`);
    this.#hasAction = true;
    switch (word) {
      case '-print':
        return { kind: 'print', end: '\n' };
      case '-print0':
        return { kind: 'print', end: '\0' };
      case '-printf':
        return { kind: 'printf', format: this.#argument(word) };
      case '-delete':
        this.#options.depthFirst = true;
        return { kind: 'delete' };
      case '-quit':
        return { kind: 'quit' };
      case '-exec':
      case '-execdir':
        return this.#execute(word);
      default:
        throw new CommandError(`unknown predicate \`${word}'`);
    }
  }

  #execute(word: Bytes): FindExpression {
    const words: Bytes[] = [];
    for (;;) {
      const next = this.#peek();
      if (next === undefined) throw new CommandError(`missing argument to \`${word}'`);
      this.#position += 1;
      const collects = next === '+' && words.at(-1) === '{}';
      if (next === ';' || collects)
        return { kind: 'execute', words: collects ? words.slice(0, -1) : words, collects, inDirectory: word === '-execdir' };
      words.push(next);
    }
  }

  #pattern(word: Bytes): Pattern {
    const text = this.#argument(word);
    return Pattern.compile(word === '-iname' ? text.toLowerCase() : text);
  }

  #types(text: Bytes): string[] {
    const types = text.split(',');
    for (const type of types) if (!/^[bcdpflsD]$/.test(type)) throw new CommandError(`Unknown argument to -type: ${type}`);
    return types;
  }

  #size(text: Bytes): FindExpression {
    const match = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(text);
    if (!match) throw new CommandError(`Invalid argument \`${text}' to -size`);
    return {
      kind: 'size',
      test: { sign: match[1] as NumberTest['sign'], value: Number(match[2]) },
      unitBytes: SIZE_UNITS[match[3]! || 'b']!,
    };
  }

  #number(word: Bytes): NumberTest {
    const text = this.#argument(word);
    const match = /^([-+]?)(\d+)$/.exec(text);
    if (!match) throw new CommandError(`invalid argument \`${text}' to \`${word}'`);
    return { sign: match[1] as NumberTest['sign'], value: Number(match[2]) };
  }

  #depth(word: Bytes): FindExpression {
    const text = this.#argument(word);
    if (!/^\d+$/.test(text)) throw new CommandError(`Expected a positive decimal integer argument to ${word}, but got ${quote(text)}`);
    this.#options[word === '-maxdepth' ? 'maxDepth' : 'minDepth'] = Number(text);
    return { kind: 'constant', value: true };
  }

  #permissions(text: Bytes): FindExpression {
    const match = text.startsWith('-') ? 'all' : text.startsWith('/') ? 'any' : 'exact';
    const mode = parseMode(match === 'exact' ? text : text.slice(1), 0, { umask: 0, isDirectory: false });
    if (mode === undefined) throw new CommandError(`invalid mode ${quote(text)}`);
    return { kind: 'permissions', mode, match };
  }

  #user(text: Bytes): FindExpression {
    if (text === 'root') return { kind: 'user', user: 0 };
    if (/^\d+$/.test(text)) return { kind: 'user', user: Number(text) };
    throw new CommandError(`${quote(text)} is not the name of a known user`);
  }

  #timeOf(path: Bytes): number {
    const node = this.#context.process.files.find(path, this.#context.process);
    if (!node) throw new CommandError(`${quote(path)}: ${new SystemError('ENOENT').message}`);
    return node.modifiedMs;
  }

  #argument(word: Bytes): Bytes {
    const argument = this.#peek();
    if (argument === undefined) throw new CommandError(`missing argument to \`${word}'`);
    this.#position += 1;
    return argument;
  }

  #peek(): Bytes | undefined {
    return this.#args[this.#position];
  }

  #next(): Bytes {
    const word = this.#args[this.#position];
    if (word === undefined) throw new CommandError(`expected an expression after ${quote(this.#args[this.#position - 1] ?? '')}`);
    this.#position += 1;
    return word;
  }

  #take(word: Bytes): boolean {
    if (this.#peek() !== word) return false;
    this.#position += 1;
    return true;
  }
}
