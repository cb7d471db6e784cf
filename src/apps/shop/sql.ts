import type { Product } from './products.ts';

/** What a database answers to a statement that it cannot read. */
export class SqlError extends Error {}

type Value = string | number | boolean;
type Row = Readonly<Record<string, Value>>;

const TOKEN = /\s+|--[^\n]*|'((?:[^']|'')*)'|(\d+)|([A-Za-z_]+)|(~\*|<>|<=|>=|[=<>()])/y;

interface Token {
  kind: 'string' | 'number' | 'word' | 'operator' | 'end';
  text: string;
}

/**
 * Answers the rows of `SELECT … FROM products WHERE <condition>`: a database small enough to be true to what matters here, which
 * is that text becomes part of the statement. Throws SqlError for what it cannot read, in PostgreSQL's words.
 */
export function selectProducts(products: readonly Product[], condition: string): Product[] {
  const evaluate = new ConditionReader(tokenize(condition)).read();
  return products.filter((product) => {
    const row = { id: product.id, name: product.name, price: product.priceCents, published: product.isPublished };
    return truth(evaluate(row));
  });
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      if (text[at] === "'") throw new SqlError(`unterminated quoted string at or near "${text.slice(at)}"`);
      throw new SqlError(`syntax error at or near "${text[at]}"`);
    }
    const [, literal, number, word, operator] = match;
    if (literal !== undefined) tokens.push({ kind: 'string', text: literal.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word.toLowerCase() });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

type Evaluate = (row: Row) => Value;

/** Reads OR, AND, NOT, comparisons and parentheses, in that order of binding. */
class ConditionReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): Evaluate {
    const evaluate = this.#or();
    if (this.#next.kind !== 'end') throw this.#unexpected();
    return evaluate;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(text: string): boolean {
    const isNext = this.#next.text === text && (this.#next.kind === 'word' || this.#next.kind === 'operator');
    if (isNext) this.#at += 1;
    return isNext;
  }

  #or(): Evaluate {
    let left = this.#and();
    while (this.#take('or')) {
      const [a, b] = [left, this.#and()];
      left = (row) => truth(a(row)) || truth(b(row));
    }
    return left;
  }

  #and(): Evaluate {
    let left = this.#not();
    while (this.#take('and')) {
      const [a, b] = [left, this.#not()];
      left = (row) => truth(a(row)) && truth(b(row));
    }
    return left;
  }

  #not(): Evaluate {
    if (!this.#take('not')) return this.#comparison();
    const inner = this.#not();
    return (row) => !truth(inner(row));
  }

  #comparison(): Evaluate {
    const left = this.#operand();
    const operator = this.#next.text;
    const compare = this.#next.kind === 'operator' ? COMPARISONS[operator] : undefined;
    if (!compare) return left;
    this.#at += 1;
    const right = this.#operand();
    return (row) => compare(left(row), right(row));
  }

  #operand(): Evaluate {
    if (this.#take('(')) {
      const inner = this.#or();
      if (!this.#take(')')) throw this.#unexpected();
      return inner;
    }
    const { kind, text } = this.#next;
    if (kind === 'end' || kind === 'operator') throw this.#unexpected();
    this.#at += 1;
    if (kind === 'string') return () => text;
    if (kind === 'number') return () => Number(text);
    if (text === 'true' || text === 'false') return () => text === 'true';
    if (!['id', 'name', 'price', 'published'].includes(text)) throw new SqlError(`column "${text}" does not exist`);
    return (row) => row[text]!;
  }

  #unexpected(): SqlError {
    return new SqlError(this.#next.kind === 'end' ? 'syntax error at end of input' : `syntax error at or near "${this.#next.text}"`);
  }
}

const COMPARISONS: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  '=': (left, right) => String(left) === String(right),
  '<>': (left, right) => String(left) !== String(right),
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '<=': (left, right) => left <= right,
  '>=': (left, right) => left >= right,
  '~*': (left, right) => String(left).toLowerCase().includes(String(right).toLowerCase()),
};

function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new SqlError(`argument of WHERE must be type boolean, not type ${typeof value === 'number' ? 'integer' : 'text'}`);
}
