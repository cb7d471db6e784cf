import type { Bytes } from '../../kernel/bytes.ts';
import type { Task } from '../../kernel/task.ts';
import { compileRegex } from '../../regex/compile.ts';
import type { Regex } from '../../regex/compile.ts';
import { RegexError } from '../../regex/tree.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import { callBuiltIn } from './built-ins.ts';
import { formatValues, MissingArgument } from './format.ts';
import { MainInput } from './input.ts';
import { fieldNumber, Record } from './record.ts';
import { Cell, Scope } from './scope.ts';
import { Streams } from './streams.ts';
import type { ArithmeticOperator, Destination, Expression, LeftValue, Statement, UserFunction } from './tree.ts';
import type { Value } from './values.ts';
import { compare, fromInput, isTrue, toNumber, toText } from './values.ts';

const DEEPEST_CALL = 2000;

/** Evaluates expressions against the record and the variables. */
export class Evaluator {
  readonly context: CommandContext;
  readonly scope = new Scope();
  readonly record: Record;
  readonly streams: Streams;
  readonly input: MainInput;
  readonly #functions: ReadonlyMap<Bytes, UserFunction>;
  /** Runs a statement; the interpreter sets it. */
  execute: (statement: Statement) => Task<string> = function* () {
    return 'next';
  };
  /** The value of the `return` that ended the last function. */
  returned: Value;
  #callDepth = 0;

  constructor(context: CommandContext, functions: ReadonlyMap<Bytes, UserFunction>) {
    this.context = context;
    this.#functions = functions;
    this.streams = new Streams(context);
    this.input = new MainInput(context, this.scope);
    this.record = new Record({
      separator: () => this.textOf('FS'),
      joiner: () => this.textOf('OFS'),
      toText: (value) => this.text(value),
    });
  }

  text(value: Value): Bytes {
    return typeof value === 'number' ? toText(value, this.textOf('CONVFMT')) : toText(value, '');
  }

  textOf(variable: Bytes): Bytes {
    const { value } = this.scope.global(variable);
    return typeof value === 'number' ? toText(value, '%.6g') : toText(value, '');
  }

  *print(args: readonly Expression[], destination: Destination | undefined): Task<void> {
    const texts: Bytes[] = [];
    for (const argument of args) texts.push(toText(yield* this.evaluate(argument), this.textOf('OFMT')));
    const line = args.length === 0 ? this.record.text : texts.join(this.textOf('OFS'));
    yield* this.streams.write(yield* this.#destination(destination), line + this.textOf('ORS'));
  }

  *printf(args: readonly Expression[], destination: Destination | undefined): Task<void> {
    const values = yield* this.evaluateAll(args);
    const target = yield* this.#destination(destination);
    try {
      yield* this.streams.write(target, this.#formatted(values));
    } catch (error) {
      if (!(error instanceof MissingArgument)) throw error;
      yield* this.streams.write(target, error.partial);
      throw this.#tooFewArguments('printf', values);
    }
  }

  /** Formats the values behind the first by the first. */
  sprintf(values: readonly Value[]): Bytes {
    try {
      return this.#formatted(values);
    } catch (error) {
      if (error instanceof MissingArgument) throw this.#tooFewArguments('sprintf', values);
      throw error;
    }
  }

  #formatted([format, ...values]: readonly Value[]): Bytes {
    return formatValues(this.text(format), values, (value) => this.text(value));
  }

  #tooFewArguments(caller: string, [format]: readonly Value[]): CommandError {
    return new CommandError(`run time error: not enough arguments passed to ${caller}("${this.text(format)}")\n${this.#place()}`, 2);
  }

  /** Where the input stood, as run time errors tell it. */
  #place(): string {
    return `\tFILENAME="${this.textOf('FILENAME')}" FNR=${this.textOf('FNR')} NR=${this.textOf('NR')}`;
  }

  *evaluateAll(expressions: readonly Expression[]): Task<Value[]> {
    const values: Value[] = [];
    for (const expression of expressions) values.push(yield* this.evaluate(expression));
    return values;
  }

  *evaluate(expression: Expression): Task<Value> {
    switch (expression.kind) {
      case 'number':
      case 'string':
        return expression.value;
      case 'variable':
        return this.#variable(expression.name);
      case 'element':
        return this.#element(this.scope.cell(expression.array).array, yield* this.subscript(expression.subscript));
      case 'field':
        return this.record.get(yield* this.#fieldIndex(expression.index));
      case 'regex':
        return expression.regex.test(this.record.text) ? 1 : 0;
      case 'group':
        return expression.items.length === 1 ? yield* this.evaluate(expression.items[0]!) : yield* this.subscript(expression.items);
      case 'unary':
        return this.#unary(expression.operator, yield* this.evaluate(expression.operand));
      case 'binary':
        return yield* this.#binary(expression);
      case 'concatenation':
        return this.#concatenate(yield* this.evaluate(expression.left), yield* this.evaluate(expression.right));
      case 'and':
        return isTrue(yield* this.evaluate(expression.left)) && isTrue(yield* this.evaluate(expression.right)) ? 1 : 0;
      case 'or':
        return isTrue(yield* this.evaluate(expression.left)) || isTrue(yield* this.evaluate(expression.right)) ? 1 : 0;
      case 'match': {
        const text = this.text(yield* this.evaluate(expression.text));
        return (yield* this.regex(expression.pattern)).test(text) !== expression.isNegated ? 1 : 0;
      }
      case 'in':
        return this.scope.cell(expression.array).array.has(yield* this.subscript(expression.subscript)) ? 1 : 0;
      case 'conditional':
        return yield* this.evaluate(isTrue(yield* this.evaluate(expression.condition)) ? expression.then : expression.otherwise);
      case 'assignment':
        return yield* this.#assignment(expression);
      case 'increment':
        return yield* this.#increment(expression);
      case 'call':
        return yield* this.#call(expression);
      case 'built-in':
        return yield* callBuiltIn(this, expression.name, expression.args);
      case 'getline':
        return yield* this.#getline(expression);
    }
  }

  /** The regular expression that an expression stands for where one is wanted. */
  *regex(expression: Expression): Task<Regex> {
    if (expression.kind === 'regex') return expression.regex;
    if (expression.kind === 'group' && expression.items.length === 1) return yield* this.regex(expression.items[0]!);
    return this.compile(this.text(yield* this.evaluate(expression)));
  }

  compile(source: Bytes): Regex {
    try {
      return compileRegex(source, { syntax: 'awk' });
    } catch (error) {
      if (error instanceof RegexError)
        throw new CommandError(`run time error: regular expression compile failed (${error.message})\n${source}`, 2);
      throw error;
    }
  }

  *subscript(expressions: readonly Expression[]): Task<Bytes> {
    const parts: Bytes[] = [];
    for (const expression of expressions) parts.push(this.text(yield* this.evaluate(expression)));
    return parts.length === 1 ? parts[0]! : parts.join(this.textOf('SUBSEP'));
  }

  /** Sets a variable by name, a special one included. */
  assign(name: Bytes, value: Value): void {
    const cell = this.scope.cell(name);
    if (cell.isArray) throw new CommandError(`line 1: illegal reference to array ${name}`, 2);
    if (!this.scope.isLocal(name)) {
      if (name === 'FS') this.record.fix();
      if (name === 'NF') {
        this.record.fieldCount = Math.trunc(toNumber(value));
        return;
      }
    }
    cell.value = value;
  }

  *store(target: LeftValue, value: Value): Task<void> {
    if (target.kind === 'variable') this.assign(target.name, value);
    else if (target.kind === 'field') this.record.set(yield* this.#fieldIndex(target.index), value);
    else this.scope.cell(target.array).array.set(yield* this.subscript(target.subscript), value);
  }

  *delete(array: Bytes, subscript: readonly Expression[] | undefined): Task<void> {
    const elements = this.scope.cell(array).array;
    if (subscript) elements.delete(yield* this.subscript(subscript));
    else elements.clear();
  }

  #variable(name: Bytes): Value {
    if (name === 'NF' && !this.scope.isLocal(name)) return this.record.fieldCount;
    const cell = this.scope.cell(name);
    if (cell.isArray) throw new CommandError(`line 1: illegal reference to array ${name}`, 2);
    return cell.value;
  }

  /** Looking at an element makes it. */
  #element(array: Map<Bytes, Value>, key: Bytes): Value {
    if (!array.has(key)) array.set(key, undefined);
    return array.get(key);
  }

  *#fieldIndex(index: Expression): Task<number> {
    const number = toNumber(yield* this.evaluate(index));
    try {
      return fieldNumber(number);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new CommandError(`${error.message}\n${this.#place()}`, error.status);
    }
  }

  #unary(operator: '!' | '-' | '+', value: Value): Value {
    if (operator === '!') return isTrue(value) ? 0 : 1;
    return operator === '-' ? -toNumber(value) : toNumber(value);
  }

  *#binary({ operator, left, right }: Expression & { kind: 'binary' }): Task<Value> {
    const a = yield* this.evaluate(left);
    const b = yield* this.evaluate(right);
    switch (operator) {
      case '<':
        return this.#compare(a, b) < 0 ? 1 : 0;
      case '<=':
        return this.#compare(a, b) <= 0 ? 1 : 0;
      case '==':
        return this.#compare(a, b) === 0 ? 1 : 0;
      case '!=':
        return this.#compare(a, b) !== 0 ? 1 : 0;
      case '>':
        return this.#compare(a, b) > 0 ? 1 : 0;
      case '>=':
        return this.#compare(a, b) >= 0 ? 1 : 0;
      default:
        return calculate(operator, toNumber(a), toNumber(b));
    }
  }

  #compare(left: Value, right: Value): number {
    return compare(left, right, this.textOf('CONVFMT'));
  }

  #concatenate(left: Value, right: Value): Bytes {
    const text = this.text(left) + this.text(right);
    if (text.length > this.context.process.kernel.stringBytes) throw new RangeError('a string is too long');
    return text;
  }

  *#assignment({ operator, target, value }: Expression & { kind: 'assignment' }): Task<Value> {
    let result = yield* this.evaluate(value);
    if (operator) result = calculate(operator, toNumber(yield* this.evaluate(target)), toNumber(result));
    yield* this.store(target, result);
    return result;
  }

  *#increment({ by, isPrefix, target }: Expression & { kind: 'increment' }): Task<Value> {
    const before = toNumber(yield* this.evaluate(target));
    yield* this.store(target, before + by);
    return isPrefix ? before + by : before;
  }

  *#call({ name, args }: Expression & { kind: 'call' }): Task<Value> {
    const { parameters, body } = this.#functions.get(name)!;
    if (args.length > parameters.length) throw new CommandError(`line 1: too many arguments in call to ${name}`, 2);
    const cells: Cell[] = [];
    for (const argument of args) cells.push(yield* this.#argument(argument));
    const locals = new Map(parameters.map((parameter, index) => [parameter, cells[index] ?? new Cell(undefined)]));
    if (++this.#callDepth > DEEPEST_CALL) throw new RangeError('Maximum call stack size exceeded');
    const leave = this.scope.enter(locals);
    this.returned = undefined;
    const flow = yield* this.execute(body);
    leave();
    this.#callDepth -= 1;
    return flow === 'return' ? this.returned : undefined;
  }

  /** A bare name may turn out to be an array, which is handed over as itself. */
  *#argument(expression: Expression): Task<Cell> {
    if (expression.kind !== 'variable' || expression.name === 'NF') return new Cell(yield* this.evaluate(expression));
    const cell = this.scope.cell(expression.name);
    return new Cell(cell.isArray ? undefined : cell.value, cell);
  }

  *#getline({ from, source, target }: Expression & { kind: 'getline' }): Task<Value> {
    const record = from === 'input' ? yield* this.input.next() : yield* this.#readFrom(from, source!);
    if (record === 'unreadable') return -1;
    const text = typeof record === 'string' ? record : record?.text;
    if (text === undefined) return 0;
    if (target) yield* this.store(target, fromInput(text));
    else this.record.text = text;
    return 1;
  }

  *#readFrom(from: 'file' | 'command', source: Expression): Task<{ text: Bytes } | 'unreadable' | undefined> {
    const reader = yield* this.streams.reader(from, this.text(yield* this.evaluate(source)));
    if (!reader) return 'unreadable';
    const text = yield* reader.next(this.textOf('RS'));
    return text === undefined ? undefined : { text };
  }

  *#destination(destination: Destination | undefined): Task<{ kind: Destination['kind']; name: Bytes } | undefined> {
    return destination && { kind: destination.kind, name: this.text(yield* this.evaluate(destination.target)) };
  }
}

function calculate(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}
