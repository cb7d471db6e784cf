import { ShellError } from '../interpreter/shell-error.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Process } from '../kernel/process.ts';
import { BINARY_OPERATORS, compareFiles, testPrimary, UNARY_OPERATORS } from './test-primary.ts';

/** Who evaluates: what is the same operator to all is worded differently. */
export interface TestFlavour {
  /** Operators beside the common ones, such as `==`. */
  extraBinary: ReadonlySet<string>;
  badNumber(text: Bytes): string;
  unexpected(operand: Bytes, operator: Bytes): string;
  missingArgument(operator: Bytes): string;
  missingParenthesis: string;
  /** Whether `-nt` and `-ot` take a file that is not there for older than any. */
  missingIsOldest: boolean;
  /** Whether a number must fit 64 bits. */
  limitsNumbers: boolean;
}

/** Evaluates the arguments of `test` (without the `]` of `[`). Throws ShellError with status 2 for what is no expression. */
export function evaluateTest(process: Process, args: readonly Bytes[], flavour: TestFlavour): boolean {
  return new TestEvaluator(process, args, flavour).run();
}

class TestEvaluator {
  readonly #process: Process;
  readonly #flavour: TestFlavour;
  #args: readonly Bytes[];
  #position = 0;

  constructor(process: Process, args: readonly Bytes[], flavour: TestFlavour) {
    this.#process = process;
    this.#args = args;
    this.#flavour = flavour;
  }

  run(): boolean {
    const short = this.#shortForm();
    if (short !== undefined) return short;
    const value = this.#or();
    if (this.#position < this.#args.length)
      throw this.#error(this.#flavour.unexpected(this.#args[this.#position - 1]!, this.#args[this.#position]!));
    return value;
  }

  /** Up to four arguments mean what POSIX says whatever they look like. */
  #shortForm(): boolean | undefined {
    const args = this.#args;
    if (args.length === 0) return false;
    if (args.length === 1) return args[0] !== '';
    if (args.length === 3 && this.#isBinary(args[1])) return this.#binary(args[0]!, args[1]!, args[2]!);
    if ((args.length === 3 || args.length === 4) && args[0] === '(' && args.at(-1) === ')') return this.#inner(args.slice(1, -1));
    if (args.length === 4 && args[0] === '!') return !this.#inner(args.slice(1));
    return undefined;
  }

  #inner(args: readonly Bytes[]): boolean {
    return evaluateTest(this.#process, args, this.#flavour);
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#take('-o')) {
      const right = this.#and();
      value ||= right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#take('-a')) {
      const right = this.#not();
      value &&= right;
    }
    return value;
  }

  #not(): boolean {
    if (this.#args[this.#position] === '!' && this.#position + 1 < this.#args.length) {
      this.#position += 1;
      return !this.#not();
    }
    return this.#primary();
  }

  #primary(): boolean {
    const first = this.#args[this.#position];
    if (first === undefined) return false;
    if (first === '(' && this.#position + 1 < this.#args.length) return this.#parenthesis();
    if (UNARY_OPERATORS.has(first) && !this.#standsAlone()) {
      const operand = this.#args[this.#position + 1];
      if (operand === undefined) throw this.#error(this.#flavour.missingArgument(first));
      this.#position += 2;
      return testPrimary(this.#process, first, operand);
    }
    const operator = this.#args[this.#position + 1];
    this.#position += 1;
    if (!this.#isBinary(operator)) {
      if (operator !== undefined && !['-a', '-o', ')'].includes(operator)) throw this.#error(this.#flavour.unexpected(first, operator));
      return first !== '';
    }
    const right = this.#args[this.#position + 1];
    if (right === undefined) throw this.#error(this.#flavour.missingArgument(operator!));
    this.#position += 2;
    return this.#binary(first, operator!, right);
  }

  #parenthesis(): boolean {
    this.#position += 1;
    const value = this.#or();
    if (!this.#take(')')) throw this.#error(this.#flavour.missingParenthesis);
    return value;
  }

  /** An operator that is last, or that a binary operator follows, is an operand itself. */
  #standsAlone(): boolean {
    const next = this.#args[this.#position + 1];
    if (next === undefined) return true;
    return this.#args[this.#position + 2] !== undefined && this.#isBinary(next);
  }

  #isBinary(text: Bytes | undefined): boolean {
    return text !== undefined && (BINARY_OPERATORS.has(text) || this.#flavour.extraBinary.has(text));
  }

  #binary(left: Bytes, operator: Bytes, right: Bytes): boolean {
    switch (operator) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '-nt':
      case '-ot':
      case '-ef':
        return compareFiles(this.#process, left, operator, right, this.#flavour.missingIsOldest);
      default:
        return compareNumbers(this.#number(left), operator, this.#number(right));
    }
  }

  #number(text: Bytes): bigint {
    if (!/^\s*[-+]?\d+\s*$/.test(text)) throw this.#error(this.#flavour.badNumber(text));
    const value = BigInt(text.trim().replace(/^\+/, ''));
    if (this.#flavour.limitsNumbers && value !== BigInt.asIntN(64, value)) throw this.#error(this.#flavour.badNumber(text));
    return value;
  }

  #take(text: Bytes): boolean {
    if (this.#args[this.#position] !== text) return false;
    this.#position += 1;
    return true;
  }

  #error(message: string): ShellError {
    return new ShellError(message, 2);
  }
}

function compareNumbers(left: bigint, operator: string, right: bigint): boolean {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-gt':
      return left > right;
    case '-ge':
      return left >= right;
    case '-lt':
      return left < right;
    default:
      return left <= right;
  }
}
