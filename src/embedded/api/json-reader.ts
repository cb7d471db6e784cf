/** A text that is not JSON; the message is the one that the server's own decoder gives. */
export class JsonSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonSyntaxError';
  }
}

/** Objects and lists may be nested this deep; the real server allows ten thousand. */
export const MAX_JSON_DEPTH = 1_000;

export interface JsonDocument {
  value: unknown;
  /** Paths of keys that occur more than once in one object, such as `spec.template.spec.containers[0].image`; the last one counts. */
  duplicates: string[];
}

/** Parses JSON as the server's decoder does, including its error texts; `__proto__` is an ordinary key. Throws JsonSyntaxError. */
export function readJson(text: string): JsonDocument {
  const value = parseQuickly(text);
  if (value === undefined) requireJson(Buffer.from(text));
  // Why: the careful scan takes several times as long as JSON.parse, and hardly a body needs it.
  if (value !== undefined && countMembers(value) === countKeys(text)) return { value, duplicates: [] };
  const scanner = new JsonScanner(text);
  scanner.scanDocument();
  return { value: JSON.parse(text), duplicates: scanner.duplicates };
}

/** Throws JsonSyntaxError for bytes that are no JSON. Why latin1: Go's scanner sees bytes where there are characters beyond ASCII. */
export function requireJson(bytes: Uint8Array): void {
  new JsonScanner(Buffer.from(bytes).toString('latin1')).scanDocument();
}

function parseQuickly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many keys the objects in a value have in all; endless for a value that is nested too deep. */
function countMembers(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= MAX_JSON_DEPTH) return Infinity;
  let members = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const item of Object.values(value)) if (typeof item === 'object') members += countMembers(item, depth + 1);
  return members;
}

/** How many keys stand in a text that is known to be JSON: strings that a colon follows. */
function countKeys(text: string): number {
  let keys = 0;
  for (let start = text.indexOf('"'); start >= 0;) {
    let after = text.indexOf('"', start + 1);
    while (isEscaped(text, after)) after = text.indexOf('"', after + 1);
    after += 1;
    while (text.charCodeAt(after) <= 0x20) after += 1;
    if (text.charCodeAt(after) === COLON) keys += 1;
    start = text.indexOf('"', after);
  }
  return keys;
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(position - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

interface Frame {
  isObject: boolean;
  keys: Set<string>;
  /** The key or index of the member that is being read. */
  key: string;
  index: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const POINT = 0x2e;

/** Reads a document from left to right without recursion; stops at the first mistake with the message of Go's encoding/json scanner. */
class JsonScanner {
  readonly duplicates: string[] = [];
  readonly #text: string;
  readonly #frames: Frame[] = [];
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scanDocument(): void {
    do this.#scanValue();
    while (this.#afterValue());
    this.#skipBlanks();
    if (this.#position < this.#text.length) this.#fail('after top-level value');
  }

  /** Reads a scalar, or opens an object or list up to its first value. */
  #scanValue(): void {
    for (;;) {
      this.#skipBlanks();
      const code = this.#code();
      if (code === OPEN_BRACE) {
        if (!this.#openObject()) return;
      } else if (code === OPEN_BRACKET) {
        if (!this.#openList()) return;
      } else {
        this.#scanScalar(code);
        return;
      }
    }
  }

  /** Answers whether a first member's value follows; an empty object is closed at once. */
  #openObject(): boolean {
    this.#push(true);
    this.#skipBlanks();
    if (this.#code() === CLOSE_BRACE) return this.#close();
    this.#scanKey('looking for beginning of object key string');
    return true;
  }

  #openList(): boolean {
    this.#push(false);
    this.#skipBlanks();
    return this.#code() === CLOSE_BRACKET ? this.#close() : true;
  }

  #push(isObject: boolean): void {
    this.#position += 1;
    if (this.#frames.length >= MAX_JSON_DEPTH)
      throw new JsonSyntaxError(`invalid character '${this.#text[this.#position - 1]!}' exceeded max depth`);
    this.#frames.push({ isObject, keys: new Set(), key: '', index: 0 });
  }

  #close(): false {
    this.#position += 1;
    this.#frames.pop();
    return false;
  }

  /** After a value: closes what ends here, and answers whether another value follows. */
  #afterValue(): boolean {
    for (;;) {
      const frame = this.#frames.at(-1);
      if (!frame) return false;
      this.#skipBlanks();
      const code = this.#code();
      if (code === (frame.isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
        this.#close();
        continue;
      }
      if (code !== COMMA) this.#fail(frame.isObject ? 'after object key:value pair' : 'after array element');
      this.#position += 1;
      this.#skipBlanks();
      if (frame.isObject) this.#scanKey('looking for beginning of object key string');
      else frame.index += 1;
      return true;
    }
  }

  #scanKey(expectation: string): void {
    if (this.#code() !== QUOTE) this.#fail(expectation);
    const frame = this.#frames.at(-1)!;
    const start = this.#position;
    const isPlain = this.#scanString();
    const raw = this.#text.slice(start + 1, this.#position - 1);
    frame.key = isPlain ? raw : (JSON.parse(`"${raw}"`) as string);
    if (frame.keys.has(frame.key)) this.#noteDuplicate();
    else frame.keys.add(frame.key);
    this.#skipBlanks();
    if (this.#code() !== COLON) this.#fail('after object key');
    this.#position += 1;
  }

  #noteDuplicate(): void {
    let path = '';
    for (const { isObject, key, index } of this.#frames) path += isObject ? `${path ? '.' : ''}${key}` : `[${index}]`;
    if (!this.duplicates.includes(path)) this.duplicates.push(path);
  }

  #scanScalar(code: number): void {
    if (code === QUOTE) this.#scanString();
    else if (code === MINUS || isDigit(code)) this.#scanNumber();
    else if (code === 0x74) this.#scanWord('true');
    else if (code === 0x66) this.#scanWord('false');
    else if (code === 0x6e) this.#scanWord('null');
    else this.#fail('looking for beginning of value');
  }

  /** Answers whether the string has no escapes. */
  #scanString(): boolean {
    let isPlain = true;
    const text = this.#text;
    for (this.#position += 1; ; this.#position += 1) {
      const code = text.charCodeAt(this.#position);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        isPlain = false;
        this.#scanEscape();
      } else if (!(code >= 0x20)) this.#fail('in string literal');
    }
    this.#position += 1;
    return isPlain;
  }

  #scanEscape(): void {
    this.#position += 1;
    const character = this.#text[this.#position];
    if (character === 'u') {
      for (let digit = 0; digit < 4; digit += 1) {
        this.#position += 1;
        if (!/^[0-9a-fA-F]$/.test(this.#text[this.#position] ?? '')) this.#fail('in \\u hexadecimal character escape');
      }
    } else if (character === undefined || !'"\\/bfnrt'.includes(character)) this.#fail('in string escape code');
  }

  #scanNumber(): void {
    if (this.#code() === MINUS) {
      this.#position += 1;
      if (!isDigit(this.#code())) this.#fail('in numeric literal');
    }
    if (this.#text[this.#position] === '0') this.#position += 1;
    else this.#skipDigits();
    if (this.#code() === POINT) {
      this.#position += 1;
      if (!isDigit(this.#code())) this.#fail('after decimal point in numeric literal');
      this.#skipDigits();
    }
    if (this.#text[this.#position] === 'e' || this.#text[this.#position] === 'E') {
      this.#position += 1;
      if (this.#text[this.#position] === '+' || this.#code() === MINUS) this.#position += 1;
      if (!isDigit(this.#code())) this.#fail('in exponent of numeric literal');
      this.#skipDigits();
    }
  }

  #scanWord(word: string): void {
    for (const expected of word) {
      if (this.#text[this.#position] !== expected) this.#fail(`in literal ${word} (expecting '${expected}')`);
      this.#position += 1;
    }
  }

  #skipDigits(): void {
    while (isDigit(this.#code())) this.#position += 1;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#code();
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#position += 1;
    }
  }

  #code(): number {
    return this.#text.charCodeAt(this.#position);
  }

  #fail(where: string): never {
    if (this.#position >= this.#text.length) {
      // Why: Go's scanner looks at the end as if a space stood there.
      const isInToken = /^(in (numeric|exponent|literal|string escape|\\u)|after decimal)/.test(where);
      throw new JsonSyntaxError(isInToken ? `invalid character ' ' ${where}` : 'unexpected end of JSON input');
    }
    throw new JsonSyntaxError(`invalid character ${quoteCharacter(this.#text[this.#position]!)} ${where}`);
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const ESCAPED: Record<string, string> = {
  "'": `'\\''`,
  '"': `'"'`,
  '\n': `'\\n'`,
  '\t': `'\\t'`,
  '\r': `'\\r'`,
  '\\': `'\\\\'`,
  '\b': `'\\b'`,
  '\f': `'\\f'`,
};

function quoteCharacter(character: string): string {
  if (Object.hasOwn(ESCAPED, character)) return ESCAPED[character]!;
  const code = character.charCodeAt(0);
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return (code > 0x7f && code <= 0xa0) || code === 0xad ? `'\\u00${code.toString(16)}'` : `'${character}'`;
}
