import type { Bytes } from '../kernel/bytes.ts';
import { compileRegex } from '../regex/compile.ts';
import { RegexError } from '../regex/tree.ts';
import { command } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { quote } from './io/quote.ts';

/** `expr expression`: prints the value; status 1 when it is empty or zero, 2 when the expression is wrong. */
export const expr = command(function* (context) {
  const words = context.args[0] === '--' ? context.args.slice(1) : context.args;
  if (words.length === 0) throw new CommandError(`missing operand\nTry '${context.name} --help' for more information.`, 2);
  const value = new ExprEvaluator(words).evaluate();
  yield* context.writeLine(value);
  return isNull(value) ? 1 : 0;
});

const COMPARISONS = new Set(['<', '<=', '=', '==', '!=', '>=', '>']);

class ExprEvaluator {
  readonly #words: readonly Bytes[];
  #position = 0;
  /** Above zero in a part whose value does not matter: division by zero there is no error. */
  #skipping = 0;

  constructor(words: readonly Bytes[]) {
    this.#words = words;
  }

  evaluate(): Bytes {
    const value = this.#or();
    const extra = this.#words[this.#position];
    if (extra !== undefined) throw new CommandError(`syntax error: unexpected argument ${quote(extra)}`, 2);
    return value;
  }

  #or(): Bytes {
    let left = this.#and();
    while (this.#take('|')) {
      const right = this.#skipIf(!isNull(left), () => this.#and());
      left = isNull(left) ? (isNull(right) ? '0' : right) : left;
    }
    return left;
  }

  #and(): Bytes {
    let left = this.#comparison();
    while (this.#take('&')) {
      const right = this.#skipIf(isNull(left), () => this.#comparison());
      left = isNull(left) || isNull(right) ? '0' : left;
    }
    return left;
  }

  #comparison(): Bytes {
    let left = this.#sum();
    for (let operator = this.#peek(); operator !== undefined && COMPARISONS.has(operator); operator = this.#peek()) {
      this.#position += 1;
      left = compare(left, operator, this.#sum()) ? '1' : '0';
    }
    return left;
  }

  #sum(): Bytes {
    let left = this.#product();
    for (let operator = this.#peek(); operator === '+' || operator === '-'; operator = this.#peek()) {
      this.#position += 1;
      const right = this.#product();
      left = this.#arithmetic(left, right, (a, b) => (operator === '+' ? a + b : a - b));
    }
    return left;
  }

  #product(): Bytes {
    let left = this.#match();
    for (let operator = this.#peek(); operator === '*' || operator === '/' || operator === '%'; operator = this.#peek()) {
      this.#position += 1;
      const right = this.#match();
      left = this.#arithmetic(left, right, (a, b) => {
        if (operator === '*') return a * b;
        if (b === 0n && this.#skipping > 0) return 0n;
        if (b === 0n) throw new CommandError('division by zero', 2);
        return operator === '/' ? a / b : a % b;
      });
    }
    return left;
  }

  #arithmetic(left: Bytes, right: Bytes, operation: (a: bigint, b: bigint) => bigint): Bytes {
    if (this.#skipping > 0) return '0';
    if (!isInteger(left) || !isInteger(right)) throw new CommandError('non-integer argument', 2);
    return operation(BigInt(left), BigInt(right)).toString();
  }

  #match(): Bytes {
    let left = this.#primary();
    while (this.#take(':')) left = matchRegex(left, this.#primary());
    return left;
  }

  #primary(): Bytes {
    const word = this.#next();
    if (word === '+') return this.#next();
    if (word === '(') {
      const value = this.#or();
      const close = this.#words[this.#position];
      if (close === undefined) throw new CommandError(`syntax error: expecting ')' after ${quote(this.#words[this.#position - 1]!)}`, 2);
      if (close !== ')') throw new CommandError(`syntax error: expecting ')' instead of ${quote(close)}`, 2);
      this.#position += 1;
      return value;
    }
    if (word === ')') throw new CommandError("syntax error: unexpected ')'", 2);
    return this.#function(word);
  }

  #function(word: Bytes): Bytes {
    switch (word) {
      case 'length':
        return String(this.#primary().length);
      case 'match':
        return matchRegex(this.#primary(), this.#primary());
      case 'index': {
        const text = this.#primary();
        const characters = this.#primary();
        return String(Array.from(text).findIndex((character) => characters.includes(character)) + 1);
      }
      case 'substr': {
        const text = this.#primary();
        const start = this.#primary();
        const length = this.#primary();
        if (!isInteger(start) || !isInteger(length) || Number(start) < 1 || Number(length) < 1) return '';
        return text.slice(Number(start) - 1, Number(start) - 1 + Number(length));
      }
      default:
        return word;
    }
  }

  #skipIf(skips: boolean, evaluate: () => Bytes): Bytes {
    this.#skipping += skips ? 1 : 0;
    const value = evaluate();
    this.#skipping -= skips ? 1 : 0;
    return value;
  }

  #peek(): Bytes | undefined {
    return this.#words[this.#position];
  }

  #take(word: Bytes): boolean {
    if (this.#peek() !== word) return false;
    this.#position += 1;
    return true;
  }

  #next(): Bytes {
    const word = this.#words[this.#position];
    if (word === undefined)
      throw new CommandError(`syntax error: missing argument after ${quote(this.#words[this.#position - 1] ?? '')}`, 2);
    this.#position += 1;
    return word;
  }
}

function isInteger(text: Bytes): boolean {
  return /^-?\d+$/.test(text);
}

function isNull(value: Bytes): boolean {
  return value === '' || /^-?0+$/.test(value);
}

function compare(left: Bytes, operator: Bytes, right: Bytes): boolean {
  const order =
    isInteger(left) && isInteger(right)
      ? Number(BigInt(left) > BigInt(right)) - Number(BigInt(left) < BigInt(right))
      : left < right
        ? -1
        : left > right
          ? 1
          : 0;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '!=':
      return order !== 0;
    default:
      return order === 0;
  }
}

/** `text : pattern` matches from the start: the first group, or the length of the match. */
function matchRegex(text: Bytes, pattern: Bytes): Bytes {
  try {
    const regex = compileRegex(pattern, { syntax: 'basic' });
    const match = regex.exec(text, 0);
    const found = match?.start === 0 ? match : undefined;
    if (regex.groupCount > 0) return found?.groups[0] ?? '';
    return String(found ? found.end : 0);
  } catch (error) {
    if (error instanceof RegexError) throw new CommandError(error.message, 2);
    throw error;
  }
}
