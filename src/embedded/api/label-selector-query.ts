import { badRequest } from './api-error.ts';

/** What one requirement of a `labelSelector` query demands of an object's labels. */
export type LabelRequirement = (labels: Readonly<Record<string, string>>) => boolean;

type TokenKind = 'identifier' | 'in' | 'notin' | '=' | '==' | '!=' | '!' | '>' | '<' | ',' | '(' | ')' | 'end';

interface Token {
  kind: TokenKind;
  text: string;
}

const SYMBOLS: readonly TokenKind[] = ['==', '!=', '=', '!', '>', '<', ',', '(', ')'];
const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt';

/** The requirements of a `labelSelector` query; throws 400 in the server's words for what cannot be read. Models apimachinery labels/selector.go Parse. */
export function parseLabelRequirements(text: string): LabelRequirement[] {
  const requirements: LabelRequirement[] = [];
  const reader = new TokenReader(text);
  if (reader.peek().kind === 'end') return requirements;
  for (;;) {
    const first = reader.peek();
    if (first.kind !== 'identifier' && first.kind !== '!') {
      throw badRequest(`found '${first.text}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(readRequirement(reader));
    const separator = reader.next();
    if (separator.kind === 'end') return requirements;
    if (separator.kind !== ',') throw badRequest(`found '${separator.text}', expected: ',' or 'end of string'`);
    const following = reader.peek();
    if (following.kind !== 'identifier' && following.kind !== '!') {
      throw badRequest(`found '${following.text}', expected: identifier after ','`);
    }
  }
}

/** Splits a selector into tokens. The words `in` and `notin` are operators only where an operator may stand. */
class TokenReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  peek(): Token {
    const before = this.#position;
    const token = this.next();
    this.#position = before;
    return token;
  }

  next(mayBeWordOperator = false): Token {
    while (isBlank(this.#text[this.#position])) this.#position += 1;
    if (this.#position >= this.#text.length) return { kind: 'end', text: '' };
    const symbol = SYMBOLS.find((candidate) => this.#text.startsWith(candidate, this.#position));
    if (symbol) {
      this.#position += symbol.length;
      return { kind: symbol, text: symbol };
    }
    const start = this.#position;
    while (this.#position < this.#text.length && !isBlank(this.#text[this.#position]) && !isSymbol(this.#text[this.#position]!)) {
      this.#position += 1;
    }
    const text = this.#text.slice(start, this.#position);
    return { kind: mayBeWordOperator && (text === 'in' || text === 'notin') ? text : 'identifier', text };
  }
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function isSymbol(character: string): boolean {
  return '=!(),><'.includes(character);
}

function readRequirement(reader: TokenReader): LabelRequirement {
  const isNegated = reader.peek().kind === '!';
  if (isNegated) reader.next();
  const keyToken = reader.next();
  if (keyToken.kind !== 'identifier') throw unparsable(`found '${keyToken.text}', expected: identifier`);
  const key = keyToken.text;
  requireKey(key);
  const following = reader.peek().kind;
  if (isNegated) return (labels) => !Object.hasOwn(labels, key);
  if (following === 'end' || following === ',') return (labels) => Object.hasOwn(labels, key);
  return readComparison(reader, key);
}

function readComparison(reader: TokenReader, key: string): LabelRequirement {
  const operator = reader.next(true);
  switch (operator.kind) {
    case '=':
    case '==':
    case '!=': {
      const value = readExactValue(reader);
      requireValue(key, value, 0);
      if (operator.kind === '!=') return (labels) => !Object.hasOwn(labels, key) || labels[key] !== value;
      return (labels) => Object.hasOwn(labels, key) && labels[key] === value;
    }
    case 'in':
    case 'notin': {
      const values = readValueSet(reader);
      [...values].sort().forEach((value, index) => requireValue(key, value, index));
      if (operator.kind === 'notin') return (labels) => !Object.hasOwn(labels, key) || !values.has(labels[key]!);
      return (labels) => Object.hasOwn(labels, key) && values.has(labels[key]!);
    }
    case '>':
    case '<': {
      const bound = readInteger(readExactValue(reader));
      const isAbove = operator.kind === '>';
      return (labels) => {
        const text = Object.hasOwn(labels, key) ? labels[key]! : '';
        if (!INTEGER.test(text)) return false;
        return isAbove ? Number(text) > bound : Number(text) < bound;
      };
    }
    default:
      throw unparsable(`found '${operator.text}', expected: ${BINARY_OPERATORS}`);
  }
}

function readExactValue(reader: TokenReader): string {
  const following = reader.peek().kind;
  if (following === 'end' || following === ',') return '';
  const token = reader.next();
  if (token.kind !== 'identifier') throw unparsable(`found '${token.text}', expected: identifier`);
  return token.text;
}

function readValueSet(reader: TokenReader): Set<string> {
  const open = reader.next();
  if (open.kind !== '(') throw unparsable(`found '${open.text}' expected: '('`);
  const first = reader.peek();
  if (first.kind !== 'identifier' && first.kind !== ',' && first.kind !== ')') {
    throw unparsable(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values = first.kind === ')' ? new Set(['']) : readValues(reader);
  reader.next();
  return values;
}

/** Reads up to the closing parenthesis; nothing between two commas is the empty value. */
function readValues(reader: TokenReader): Set<string> {
  const values = new Set<string>();
  for (;;) {
    const token = reader.next();
    const following = reader.peek();
    if (token.kind === 'identifier') {
      values.add(token.text);
      if (following.kind !== ',' && following.kind !== ')') throw unparsable(`found '${following.text}', expected: ',' or ')'`);
    } else if (token.kind === ',') {
      if (values.size === 0 || following.kind === ')' || following.kind === ',') values.add('');
      if (following.kind === ',') reader.next();
    } else throw unparsable(`found '${token.text}', expected: ',', or identifier`);
    if (reader.peek().kind === ')' && !(token.kind === ',' && following.kind === ',')) return values;
  }
}

const INTEGER = /^[-+]?\d+$/;

function readInteger(text: string): number {
  if (!INTEGER.test(text)) {
    throw unparsable(`values[0]: Invalid value: "${text}": for 'Gt', 'Lt' operators, the value must be an integer`);
  }
  return Number(text);
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PREFIX_RULE =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function requireKey(key: string): void {
  const problems = keyProblems(key);
  if (problems.length > 0) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join('; ')}`);
}

/** Models apimachinery util/validation IsQualifiedName. */
function keyProblems(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [`a qualified name ${NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1)!;
  const problems: string[] = [];
  if (parts.length === 2) {
    if (parts[0] === '') problems.push('prefix part must be non-empty');
    else if (!PREFIX.test(parts[0]!)) problems.push(PREFIX_RULE);
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push('name part must be no more than 63 bytes');
  if (!NAME.test(name)) problems.push(`name part ${NAME_RULE}`);
  return problems;
}

const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function requireValue(key: string, value: string, index: number): void {
  const problems: string[] = [];
  if (value.length > 63) problems.push('must be no more than 63 characters');
  if (value !== '' && !NAME.test(value)) problems.push(VALUE_RULE);
  if (problems.length > 0) throw unparsable(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`);
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}
