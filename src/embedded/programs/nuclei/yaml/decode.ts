import type { LineCounter, Node, Pair } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq, type Document } from 'yaml';

/** Turns a YAML node into a value; `undefined` stands for a key that is absent or null. */
export type Decoder<T> = (node: Node | null, context: DecodeContext) => T | undefined;

/** A text that is no template; `message` is what nuclei says about it. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

/** What decoding needs to know of the document, and the problems it found. */
export class DecodeContext {
  readonly problems: string[] = [];
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #isStrict: boolean;

  constructor(document: Document, lines: LineCounter, isStrict: boolean) {
    this.#document = document;
    this.#lines = lines;
    this.#isStrict = isStrict;
  }

  /** The node behind an alias. */
  resolve(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }

  toJs(node: Node): unknown {
    return node.toJS(this.#document);
  }

  /** Notes that a key is not one of those that the type has; lenient reading passes over it. */
  unknownKey(pair: Pair, key: string, typeName: string): void {
    if (this.#isStrict) this.#note(pair.key as Node, `field ${key} not found in type ${typeName}`);
  }

  repeatedKey(pair: Pair, key: string, typeName: string): void {
    if (this.#isStrict) this.#note(pair.key as Node, `field ${key} already set in type ${typeName}`);
  }

  mismatch(node: Node, wanted: string): void {
    this.#note(node, `cannot unmarshal ${describe(node)} into ${wanted}`);
  }

  #note(node: Node, message: string): void {
    this.problems.push(`line ${this.#lines.linePos(node.range?.[0] ?? 0).line}: ${message}`);
  }
}

function describe(node: Node): string {
  if (isMap(node)) return '!!map';
  if (isSeq(node)) return '!!seq';
  const value: unknown = isScalar(node) ? node.value : undefined;
  const text = isScalar(node) ? (node.source ?? String(value)) : '';
  const tag = typeof value === 'string' ? 'str' : typeof value === 'boolean' ? 'bool' : Number.isInteger(value) ? 'int' : 'float';
  return `!!${tag} \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``;
}

/** A mapping with the given keys; the type's name appears in messages. */
export function struct<T extends object>(typeName: string, fields: { [Key in keyof T]-?: Decoder<T[Key]> }): Decoder<Partial<T>> {
  return (node, context) => {
    const found = context.resolve(node);
    if (isNull(found)) return undefined;
    if (!isMap(found)) {
      context.mismatch(found, typeName);
      return undefined;
    }
    const value: Record<string, unknown> = {};
    for (const pair of pairsOf(found, context)) {
      const key = keyOf(pair);
      if (!Object.hasOwn(fields, key)) context.unknownKey(pair, key, typeName);
      else {
        if (Object.hasOwn(value, key)) context.repeatedKey(pair, key, typeName);
        const decoded = fields[key as keyof T](pair.value as Node | null, context);
        value[key] = decoded;
      }
    }
    return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
  };
}

/** The pairs of a mapping, those that `<<` merges in first. */
function pairsOf(node: Node | null, context: DecodeContext): Pair[] {
  const found = context.resolve(node);
  if (isSeq(found)) return found.items.flatMap((item) => pairsOf(item as Node, context));
  if (!isMap(found)) return [];
  const own = found.items.filter((pair): pair is Pair => isPair(pair) && keyOf(pair) !== '<<');
  const names = new Set(own.map(keyOf));
  const merged = found.items.filter((pair) => keyOf(pair) === '<<').flatMap((pair) => pairsOf(pair.value as Node | null, context));
  return [...merged.filter((pair) => !names.has(keyOf(pair))), ...own];
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? (typeof pair.key.value === 'string' ? pair.key.value : (pair.key.source ?? String(pair.key.value))) : '';
}

/** A scalar as it is written, whatever it would otherwise mean. */
export const text: Decoder<string> = (node, context) => {
  const found = context.resolve(node);
  if (isNull(found)) return undefined;
  if (isScalar(found)) return typeof found.value === 'string' ? found.value : (found.source ?? String(found.value));
  context.mismatch(found, 'string');
  return undefined;
};

export const boolean: Decoder<boolean> = (node, context) => {
  const found = context.resolve(node);
  if (isNull(found)) return undefined;
  if (isScalar(found) && typeof found.value === 'boolean') return found.value;
  context.mismatch(found, 'bool');
  return undefined;
};

export const integer: Decoder<number> = (node, context) => {
  const found = context.resolve(node);
  if (isNull(found)) return undefined;
  if (isScalar(found) && Number.isInteger(found.value)) return found.value as number;
  context.mismatch(found, 'int');
  return undefined;
};

export const decimal: Decoder<number> = (node, context) => {
  const found = context.resolve(node);
  if (isNull(found)) return undefined;
  if (isScalar(found) && typeof found.value === 'number') return found.value;
  context.mismatch(found, 'float64');
  return undefined;
};

/** Whatever stands there, as plain values. */
export const anything: Decoder<unknown> = (node, context) => {
  const found = context.resolve(node);
  return isNull(found) ? undefined : context.toJs(found);
};

/** A sequence; a single value in its place is a mistake. */
export function list<T>(decodeItem: Decoder<T>, typeName: string): Decoder<T[]> {
  return (node, context) => {
    const found = context.resolve(node);
    if (isNull(found)) return undefined;
    if (isSeq(found)) return found.items.map((item) => decodeItem(item as Node, context)).filter((item) => item !== undefined);
    context.mismatch(found, `[]${typeName}`);
    return undefined;
  };
}

/** A mapping of names to values. */
export function dictionary<T>(decodeItem: Decoder<T>, typeName: string): Decoder<Record<string, T>> {
  return (node, context) => {
    const found = context.resolve(node);
    if (isNull(found)) return undefined;
    if (isMap(found)) {
      const entries = pairsOf(found, context).map((pair) => [keyOf(pair), decodeItem(pair.value as Node | null, context)] as const);
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, T>;
    }
    context.mismatch(found, `map[string]${typeName}`);
    return undefined;
  };
}

/** A list of texts that may also be written as one text with commas. */
export function texts(normalise: (value: string) => string): Decoder<string[]> {
  return (node, context) => {
    const found = context.resolve(node);
    if (isNull(found)) return undefined;
    const values = isSeq(found) ? (list(text, 'string')(found, context) ?? []) : (text(found, context) ?? '').split(',');
    return values.length === 1 && values[0]!.trim() === '' ? [] : values.map(normalise);
  };
}

/** One of several words; anything else is no template. */
export function word<T extends string>(allowed: readonly T[], normalise: (value: string) => string, refusal: string): Decoder<T> {
  return (node, context) => {
    const value = text(node, context);
    if (value === undefined) return undefined;
    const match = allowed.find((candidate) => candidate === normalise(value));
    if (match === undefined) throw new TemplateError(`${refusal}: ${value}`);
    return match;
  };
}

function isNull(node: Node | null | undefined): node is null | undefined {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}
