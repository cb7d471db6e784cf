/** Finds values in a JSON document: an evaluated JSONPath expression. */
export type JsonPath = (root: unknown) => unknown[];

type Step = (values: unknown[]) => unknown[];

/** A path that the parser cannot read. */
export class JsonPathError extends Error {
  constructor(expression: string, why: string) {
    super(`${why} in JSON path ${JSON.stringify(expression)}`);
    this.name = 'JsonPathError';
  }
}

/**
 * Compiles the JSONPath dialect of printer columns: `.a.b`, `['a']`, `.a\.b`, `[0]`, `[-1]`, `[0:2]`, `[*]`, `..a` and
 * `[?(@.type=="Ready")]` with one comparison. Absent members yield nothing. Models client-go util/jsonpath.
 */
export function compileJsonPath(expression: string): JsonPath {
  const steps = new PathParser(expression).parse();
  return (root) => steps.reduce<unknown[]>((values, step) => step(values), [root]);
}

class PathParser {
  readonly #text: string;
  #position = 0;

  constructor(expression: string) {
    this.#text = expression;
  }

  parse(): Step[] {
    const steps: Step[] = [];
    if (this.#text.startsWith('$') || this.#text.startsWith('@')) this.#position = 1;
    while (this.#position < this.#text.length) {
      if (this.#text.startsWith('..', this.#position)) {
        this.#position += 2;
        steps.push(descendants, ...(this.#text[this.#position] === '[' ? [] : [this.#member()]));
      } else if (this.#text[this.#position] === '.') {
        this.#position += 1;
        if (this.#text[this.#position] !== '[') steps.push(this.#member());
      } else if (this.#text[this.#position] === '[') steps.push(this.#bracket());
      else if (this.#position === 0) steps.push(this.#member());
      else throw this.#error('unexpected character');
    }
    return steps;
  }

  #member(): Step {
    let name = '';
    for (; this.#position < this.#text.length && !'.['.includes(this.#text[this.#position]!); this.#position += 1) {
      if (this.#text[this.#position] === '\\') this.#position += 1;
      name += this.#text[this.#position] ?? '';
    }
    if (name === '') throw this.#error('empty name');
    return name === '*' ? children : memberStep(name);
  }

  #bracket(): Step {
    const end = this.#closingBracket();
    const content = this.#text.slice(this.#position + 1, end).trim();
    this.#position = end + 1;
    if (content === '*') return children;
    if (content.startsWith('?')) return this.#filter(content);
    const quoted = /^(['"])(.*)\1$/s.exec(content);
    if (quoted) return memberStep(quoted[2]!);
    if (/^-?\d+$/.test(content)) return indexStep(Number(content));
    const slice = /^(-?\d*):(-?\d*)$/.exec(content);
    if (slice) return sliceStep(slice[1] ? Number(slice[1]) : 0, slice[2] ? Number(slice[2]) : undefined);
    throw this.#error(`cannot read [${content}]`);
  }

  /** The bracket that closes the one at the position; brackets in quotes don't count. */
  #closingBracket(): number {
    let depth = 0;
    let quote = '';
    for (let index = this.#position; index < this.#text.length; index += 1) {
      const character = this.#text[index]!;
      if (quote) quote = character === quote ? '' : quote;
      else if (character === '"' || character === "'") quote = character;
      else if (character === '[') depth += 1;
      else if (character === ']' && (depth -= 1) === 0) return index;
    }
    throw this.#error('unterminated [');
  }

  #filter(content: string): Step {
    const condition = /^\?\s*\(\s*(@.*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*\)$/s.exec(content);
    if (!condition) throw this.#error(`cannot read [${content}]`);
    const [, left, operator, right] = condition;
    const find = compileJsonPath(left!);
    const wanted = right === undefined ? undefined : literal(right);
    return (values) =>
      values
        .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []))
        .filter((item) => {
          const found = find(item);
          return operator === undefined ? found.length > 0 : found.length > 0 && compare(found[0], operator, wanted);
        });
  }

  #error(why: string): JsonPathError {
    return new JsonPathError(this.#text, why);
  }
}

function literal(text: string): unknown {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return quoted[2];
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false;
  const [a, b] = [left, right] as [number, number];
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}

function memberStep(name: string): Step {
  return (values) => values.flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []));
}

function indexStep(index: number): Step {
  return (values) =>
    values.flatMap((value) => {
      const at = Array.isArray(value) ? (index < 0 ? value.length + index : index) : -1;
      return Array.isArray(value) && at >= 0 && at < value.length ? [value[at] as unknown] : [];
    });
}

function sliceStep(start: number, end: number | undefined): Step {
  return (values) => values.flatMap((value) => (Array.isArray(value) ? (value.slice(start, end) as unknown[]) : []));
}

const children: Step = (values) => values.flatMap(childrenOf);

const descendants: Step = (values) =>
  values.flatMap(function withDescendants(value): unknown[] {
    return [value, ...childrenOf(value).flatMap(withDescendants)];
  });

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
