import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Dialect } from '../syntax/tree.ts';

/** The variables that an expression reads and assigns. */
export interface ArithmeticScope {
  dialect: Dialect;
  /** The value of a variable, or of an element of an array; undefined when it is not set. */
  get(name: Bytes, subscript?: bigint): Bytes | undefined;
  set(name: Bytes, value: Bytes, subscript?: bigint): void;
}

const TOKEN = /\s*(<<=|>>=|\*\*|\+\+|--|&&|\|\||<=|>=|==|!=|<<|>>|[-+*/%&^|]=|[-+*/%<>=!~&^|?:(),[\]])/y;
const DASH_TOKEN = /\s*(<<=|>>=|&&|\|\||<=|>=|==|!=|<<|>>|[-+*/%&^|]=|[-+*/%<>=!~&^|?:()])/y;
const NUMBER = /\s*(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9][0-9]*)/y;
const BASED_NUMBER = /\s*(\d+)#([0-9A-Za-z@_]+)/y;
const NAME = /\s*([A-Za-z_][A-Za-z0-9_]*)/y;
const LARGEST = 2n ** 63n - 1n;
const DEEPEST_REFERENCE = 100;

/** Binary operators by how tightly they bind. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** The value of a `$((…))` in 64-bit arithmetic; throws ShellError in the words of dash. */
export function evaluateArithmetic(expression: Bytes, scope: ArithmeticScope): bigint {
  return new Evaluator(expression, scope, 0).evaluate();
}

/** Reads a whole number as C's `strtoimax` does with base 0, with blanks around it; undefined for anything else. */
export function parseInteger(text: Bytes): bigint | undefined {
  const match = /^\s*([-+]?)(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9][0-9]*)\s*$/.exec(text);
  if (!match) return undefined;
  const value = literalValue(match[2]!);
  return match[1] === '-' ? -value : value;
}

function literalValue(digits: Bytes): bigint {
  const value = /^0[0-7]/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  return value > LARGEST ? LARGEST : value;
}

interface Reference {
  name: Bytes;
  subscript: bigint | undefined;
}

class Evaluator {
  readonly #text: Bytes;
  readonly #scope: ArithmeticScope;
  readonly #depth: number;
  #position = 0;
  /** Above zero while reading an operand that `&&`, `||` or `?:` skips. */
  #skipping = 0;

  constructor(text: Bytes, scope: ArithmeticScope, depth: number) {
    this.#text = text;
    this.#scope = scope;
    this.#depth = depth;
  }

  evaluate(): bigint {
    if (this.#isBash && this.#text.trim() === '') return 0n;
    const value = this.#comma();
    if (this.#text.slice(this.#position).trim() !== '') throw this.#error('expecting EOF');
    return value;
  }

  get #isBash(): boolean {
    return this.#scope.dialect === 'bash';
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#isBash && this.#take(',')) value = this.#assignment();
    return value;
  }

  #assignment(): bigint {
    const start = this.#position;
    const target = this.#reference();
    if (target) {
      const operator = this.#peek();
      if (operator === '=' || (/^(?:<<|>>|[-+*/%&^|])=$/.test(operator) && operator !== '')) {
        this.#take(operator);
        const operand = this.#assignment();
        return this.#assign(target, operator === '=' ? operand : this.#apply(operator.slice(0, -1), this.#value(target), operand));
      }
    }
    this.#position = start;
    return this.#conditional();
  }

  #conditional(): bigint {
    const condition = this.#binary(0);
    if (!this.#take('?')) return condition;
    const whenTrue = this.#skipUnless(condition !== 0n, () => this.#assignment());
    if (!this.#take(':')) throw this.#error("expecting ':'");
    const whenFalse = this.#skipUnless(condition === 0n, () => this.#conditionalOrAssignment());
    return condition === 0n ? whenFalse : whenTrue;
  }

  #conditionalOrAssignment(): bigint {
    return this.#isBash ? this.#conditional() : this.#assignment();
  }

  #binary(level: number): bigint {
    const operators = LEVELS[level];
    if (!operators) return this.#power();
    let left = this.#binary(level + 1);
    for (let operator = this.#peek(); operators.includes(operator); operator = this.#peek()) {
      this.#take(operator);
      if (operator === '&&' || operator === '||') {
        const decided = operator === '&&' ? left === 0n : left !== 0n;
        const right = this.#skipUnless(!decided, () => this.#binary(level + 1));
        left = (decided ? left !== 0n : right !== 0n) ? 1n : 0n;
      } else left = this.#apply(operator, left, this.#binary(level + 1));
    }
    return left;
  }

  #power(): bigint {
    const base = this.#unary();
    if (!this.#isBash || !this.#take('**')) return base;
    const exponent = this.#power();
    if (exponent < 0n) throw this.#error('exponent less than 0');
    return BigInt.asIntN(64, powerModulo(base, exponent));
  }

  #unary(): bigint {
    if (this.#isBash) {
      for (const operator of ['++', '--']) {
        if (!this.#take(operator)) continue;
        const target = this.#reference();
        if (!target) throw new CannotSimulate(`bash: ${operator} in front of something that is no variable is not modelled`);
        return this.#assign(target, this.#value(target) + (operator === '++' ? 1n : -1n));
      }
    }
    if (this.#take('-')) return BigInt.asIntN(64, -this.#unary());
    if (this.#take('+')) return this.#unary();
    if (this.#take('!')) return this.#unary() === 0n ? 1n : 0n;
    if (this.#take('~')) return ~this.#unary();
    return this.#primary();
  }

  #primary(): bigint {
    if (this.#take('(')) {
      const value = this.#comma();
      if (!this.#take(')')) throw this.#error("expecting ')'");
      return value;
    }
    const number = this.#number();
    if (number !== undefined) return number;
    const reference = this.#reference();
    if (!reference) throw this.#error('expecting primary');
    const value = this.#value(reference);
    if (this.#isBash) {
      if (this.#take('++')) this.#assign(reference, value + 1n);
      else if (this.#take('--')) this.#assign(reference, value - 1n);
    }
    return value;
  }

  #number(): bigint | undefined {
    if (this.#isBash) {
      BASED_NUMBER.lastIndex = this.#position;
      const based = BASED_NUMBER.exec(this.#text);
      if (based) {
        this.#position = BASED_NUMBER.lastIndex;
        return basedValue(Number(based[1]), based[2]!) ?? this.#fail('value too great for base');
      }
    }
    NUMBER.lastIndex = this.#position;
    const match = NUMBER.exec(this.#text);
    if (!match) return undefined;
    this.#position = NUMBER.lastIndex;
    if (this.#isBash && /[0-9A-Za-z_]/.test(this.#text[this.#position] ?? '')) throw this.#error('value too great for base');
    return literalValue(match[1]!);
  }

  #reference(): Reference | undefined {
    NAME.lastIndex = this.#position;
    const match = NAME.exec(this.#text);
    if (!match) return undefined;
    this.#position = NAME.lastIndex;
    let subscript: bigint | undefined;
    if (this.#isBash && this.#text[this.#position] === '[' && this.#take('[')) {
      subscript = this.#comma();
      if (!this.#take(']')) throw this.#error("expecting ']'");
    }
    return { name: match[1]!, subscript };
  }

  #value({ name, subscript }: Reference): bigint {
    if (this.#skipping > 0) return 0n;
    const text = this.#scope.get(name, subscript) ?? '';
    if (text.trim() === '') return 0n;
    const value = parseInteger(text);
    if (value !== undefined) return BigInt.asIntN(64, value);
    if (!this.#isBash) throw new ShellError(`Illegal number: ${text}`);
    if (this.#depth > DEEPEST_REFERENCE) throw this.#error('expression recursion level exceeded');
    return new Evaluator(text, this.#scope, this.#depth + 1).evaluate();
  }

  #assign({ name, subscript }: Reference, value: bigint): bigint {
    const wrapped = BigInt.asIntN(64, value);
    if (this.#skipping === 0) this.#scope.set(name, wrapped.toString(), subscript);
    return wrapped;
  }

  #apply(operator: string, left: bigint, right: bigint): bigint {
    switch (operator) {
      case '+':
        return BigInt.asIntN(64, left + right);
      case '-':
        return BigInt.asIntN(64, left - right);
      case '*':
        return BigInt.asIntN(64, left * right);
      case '/':
      case '%':
        return this.#divide(operator, left, right);
      case '<<':
        return BigInt.asIntN(64, left << (right & 63n));
      case '>>':
        return left >> (right & 63n);
      case '&':
        return left & right;
      case '|':
        return left | right;
      case '^':
        return left ^ right;
      default:
        return compare(operator, left, right) ? 1n : 0n;
    }
  }

  #divide(operator: '/' | '%', left: bigint, right: bigint): bigint {
    if (right === 0n) return this.#skipping > 0 ? 0n : this.#fail(this.#isBash ? 'division by 0' : 'division by zero');
    return BigInt.asIntN(64, operator === '/' ? left / right : left % right);
  }

  #skipUnless(wanted: boolean, evaluate: () => bigint): bigint {
    if (wanted) return evaluate();
    this.#skipping += 1;
    try {
      return evaluate();
    } finally {
      this.#skipping -= 1;
    }
  }

  #peek(): string {
    const token = this.#isBash ? TOKEN : DASH_TOKEN;
    token.lastIndex = this.#position;
    return token.exec(this.#text)?.[1] ?? '';
  }

  #take(operator: string): boolean {
    if (this.#peek() !== operator) return false;
    const token = this.#isBash ? TOKEN : DASH_TOKEN;
    token.lastIndex = this.#position;
    token.exec(this.#text);
    this.#position = token.lastIndex;
    return true;
  }

  #fail(problem: string): never {
    throw this.#error(problem);
  }

  #error(problem: string): ShellError {
    return new ShellError(`arithmetic expression: ${problem}: "${this.#text}"`);
  }
}

function compare(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

function powerModulo(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let factor = base, rest = exponent; rest > 0n; rest >>= 1n, factor = BigInt.asIntN(64, factor * factor)) {
    if (rest & 1n) result = BigInt.asIntN(64, result * factor);
  }
  return result;
}

function basedValue(base: number, digits: Bytes): bigint | undefined {
  if (base < 2 || base > 64) return undefined;
  let value = 0n;
  for (const digit of digits) {
    const order = base <= 36 ? '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(digit.toLowerCase()) : DIGITS.indexOf(digit);
    if (order < 0 || order >= base) return undefined;
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(order));
  }
  return value;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';
