import { giveWay } from '../../kernel/task.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import { Evaluator } from './evaluator.ts';
import { AwkExit, NextFile, NextRecord } from './jumps.ts';
import type { AwkProgram, Rule, Statement } from './tree.ts';
import { isTrue, toNumber } from './values.ts';

const STEPS_BETWEEN_TURNS = 2000;

type Flow = 'next' | 'break' | 'continue' | 'return';

/** Runs a program. */
export class Interpreter {
  readonly #context: CommandContext;
  readonly #program: AwkProgram;
  readonly #evaluator: Evaluator;
  readonly #activeRanges = new Set<Rule>();
  #steps = 0;

  constructor(context: CommandContext, program: AwkProgram, evaluator: Evaluator) {
    this.#context = context;
    this.#program = program;
    this.#evaluator = evaluator;
    evaluator.execute = (statement) => this.#execute(statement);
  }

  /** Answers the exit status. */
  *run(): Task<number> {
    let status = 0;
    try {
      for (const statement of this.#program.begin) yield* this.#execute(statement);
      if (this.#program.rules.length > 0 || this.#program.end.length > 0) yield* this.#readAll();
    } catch (error) {
      if (!(error instanceof AwkExit)) throw error;
      status = error.status ?? 0;
    }
    return yield* this.#end(status);
  }

  *#end(statusSoFar: number): Task<number> {
    try {
      for (const statement of this.#program.end) yield* this.#execute(statement);
      return statusSoFar;
    } catch (error) {
      if (error instanceof AwkExit) return error.status ?? statusSoFar;
      throw error;
    }
  }

  *#readAll(): Task<void> {
    const { input, record } = this.#evaluator;
    for (let text = yield* input.next(); text !== undefined; text = yield* input.next()) {
      record.text = text;
      try {
        for (const rule of this.#program.rules) yield* this.#apply(rule);
      } catch (error) {
        if (error instanceof NextFile) input.skipFile();
        else if (!(error instanceof NextRecord)) throw error;
      }
    }
  }

  *#apply(rule: Rule): Task<void> {
    if (!(yield* this.#isSelected(rule))) return;
    if (rule.body) yield* this.#execute(rule.body);
    else yield* this.#evaluator.print([], undefined);
  }

  *#isSelected(rule: Rule): Task<boolean> {
    if (!rule.pattern) return true;
    if (!rule.end) return isTrue(yield* this.#evaluator.evaluate(rule.pattern));
    if (!this.#activeRanges.has(rule)) {
      if (!isTrue(yield* this.#evaluator.evaluate(rule.pattern))) return false;
      this.#activeRanges.add(rule);
    }
    if (isTrue(yield* this.#evaluator.evaluate(rule.end))) this.#activeRanges.delete(rule);
    return true;
  }

  *#execute(statement: Statement): Task<Flow> {
    if (++this.#steps >= STEPS_BETWEEN_TURNS) {
      this.#steps = 0;
      yield giveWay;
    }
    const evaluator = this.#evaluator;
    switch (statement.kind) {
      case 'expression':
        yield* evaluator.evaluate(statement.expression);
        return 'next';
      case 'print':
        yield* evaluator.print(statement.args, statement.destination);
        return 'next';
      case 'printf':
        yield* evaluator.printf(statement.args, statement.destination);
        return 'next';
      case 'block':
        return yield* this.#sequence(statement.statements);
      case 'if':
        if (isTrue(yield* evaluator.evaluate(statement.condition))) return yield* this.#execute(statement.then);
        return statement.otherwise ? yield* this.#execute(statement.otherwise) : 'next';
      case 'while':
      case 'do':
      case 'for':
        return yield* this.#loop(statement);
      case 'for-in':
        return yield* this.#forIn(statement);
      case 'delete':
        yield* evaluator.delete(statement.array, statement.subscript);
        return 'next';
      case 'exit':
        throw new AwkExit(statement.status ? Math.trunc(toNumber(yield* evaluator.evaluate(statement.status))) : undefined);
      case 'return':
        evaluator.returned = statement.value ? yield* evaluator.evaluate(statement.value) : undefined;
        return 'return';
      case 'next':
        throw new NextRecord();
      case 'next-file':
        throw new NextFile();
      case 'break':
      case 'continue':
        return statement.kind;
    }
  }

  *#sequence(statements: readonly Statement[]): Task<Flow> {
    for (const statement of statements) {
      const flow = yield* this.#execute(statement);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  *#loop(statement: Statement & { kind: 'while' | 'do' | 'for' }): Task<Flow> {
    if (statement.kind === 'for' && statement.start) yield* this.#execute(statement.start);
    for (let isFirst = true; ; isFirst = false) {
      const isChecked = !(isFirst && statement.kind === 'do') && statement.condition !== undefined;
      if (isChecked && !isTrue(yield* this.#evaluator.evaluate(statement.condition!))) return 'next';
      const flow = yield* this.#execute(statement.body);
      if (flow === 'break') return 'next';
      if (flow === 'return') return flow;
      if (statement.kind === 'for' && statement.step) yield* this.#execute(statement.step);
    }
  }

  *#forIn({ name, array, body }: Statement & { kind: 'for-in' }): Task<Flow> {
    const elements = this.#evaluator.scope.cell(array).array;
    for (const key of [...elements.keys()]) {
      if (!elements.has(key)) continue;
      this.#evaluator.assign(name, key);
      const flow = yield* this.#execute(body);
      if (flow === 'break') return 'next';
      if (flow === 'return') return flow;
    }
    return 'next';
  }

  /** What the program printed last reaches its place before the program ends. */
  *finish(): Task<void> {
    try {
      yield* this.#evaluator.streams.closeAll();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      yield* this.#context.complain(error.message);
    }
  }
}
