import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { ByteSet, WORD_BYTES } from './byte-set.ts';
import { parseBracketExpression } from './bracket-expression.ts';
import type { AssertionName, RegexNode, RegexSyntax } from './tree.ts';
import { RegexError } from './tree.ts';

export interface ParsedRegex {
  root: RegexNode;
  groups: number;
  /** A quantifier stands where nothing precedes it: grep warns, sed refuses. */
  leadingQuantifiers: readonly string[];
}

const ANY = new ByteSet().addRange(0, 255);
const SPACE_BYTES = new ByteSet().addRange(9, 13).add(32);
const MOST_REPETITIONS = 32_767;
const ESCAPED_ASSERTIONS: ReadonlyMap<string, AssertionName> = new Map([
  ['b', 'word-boundary'],
  ['B', 'inside-word'],
  ['<', 'word-start'],
  ['>', 'word-end'],
  ['`', 'text-start'],
  ["'", 'text-end'],
]);
const ESCAPED_SETS: ReadonlyMap<string, ByteSet> = new Map([
  ['w', WORD_BYTES],
  ['W', WORD_BYTES.complement()],
  ['s', SPACE_BYTES],
  ['S', SPACE_BYTES.complement()],
]);
const AWK_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['b', '\b'],
]);

/** Parses a POSIX regular expression with the GNU extensions. Throws RegexError. */
export function parseRegex(source: Bytes, syntax: RegexSyntax): ParsedRegex {
  return new RegexParser(source, syntax).parse();
}

class RegexParser {
  readonly #source: Bytes;
  readonly #syntax: RegexSyntax;
  readonly #leadingQuantifiers: string[] = [];
  #position = 0;
  #groups = 0;
  #depth = 0;
  #closedGroups = new Set<number>();

  constructor(source: Bytes, syntax: RegexSyntax) {
    this.#source = source;
    this.#syntax = syntax;
  }

  parse(): ParsedRegex {
    const root = this.#alternatives();
    if (this.#position < this.#source.length) throw new RegexError('Unmatched ) or \\)');
    return { root, groups: this.#groups, leadingQuantifiers: this.#leadingQuantifiers };
  }

  get #isBasic(): boolean {
    return this.#syntax === 'basic';
  }

  #alternatives(): RegexNode {
    const branches = [this.#sequence()];
    while (this.#takeOperator('|')) branches.push(this.#sequence());
    return branches.length === 1 ? branches[0]! : { kind: 'alternatives', branches };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    let canRepeat = false;
    for (;;) {
      if (this.#position >= this.#source.length || this.#isOperator('|') || (this.#isOperator(')') && this.#closes())) break;
      const quantifier = this.#quantifier(canRepeat, items.length === 0);
      if (quantifier === 'skipped') continue;
      if (quantifier) {
        items.push({ kind: 'repeat', item: items.pop()!, ...quantifier });
        continue;
      }
      const item = this.#atom(items.length === 0);
      canRepeat = item.kind !== 'assertion' || !this.#isBasic;
      items.push(item);
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  /** In an extended expression a `)` without `(` stands for itself. */
  #closes(): boolean {
    return this.#depth > 0 || this.#isBasic;
  }

  #quantifier(canRepeat: boolean, isFirst: boolean): { min: number; max: number | undefined } | 'skipped' | undefined {
    const start = this.#position;
    const quantifier = this.#takeQuantifier();
    if (!quantifier) return undefined;
    if (canRepeat) return quantifier;
    if (this.#isBasic && this.#source[start] === '*') {
      this.#position = start;
      return undefined;
    }
    if (this.#isBasic) throw new RegexError('Invalid preceding regular expression');
    if (this.#source[start] === '{') {
      if (this.#syntax === 'extended' && isFirst) throw new CannotSimulate('a regular expression that starts with {…} is not modelled');
      throw new RegexError('Invalid preceding regular expression');
    }
    this.#leadingQuantifiers.push(this.#source[start]!);
    return 'skipped';
  }

  #takeQuantifier(): { min: number; max: number | undefined } | undefined {
    if (this.#source[this.#position] === '*') {
      this.#position += 1;
      return { min: 0, max: undefined };
    }
    if (this.#takeOperator('+')) return { min: 1, max: undefined };
    if (this.#takeOperator('?')) return { min: 0, max: 1 };
    return this.#isOperator('{') && this.#syntax !== 'awk' ? this.#takeInterval() : undefined;
  }

  #takeInterval(): { min: number; max: number | undefined } | undefined {
    const close = this.#isBasic ? '\\\\\\}' : '\\}';
    const open = this.#isBasic ? '\\\\\\{' : '\\{';
    const match = new RegExp(`${open}(\\d*)(,?)(\\d*)${close}`, 'y');
    match.lastIndex = this.#position;
    const found = match.exec(this.#source);
    if (!found || (found[1] === '' && found[2] === '')) {
      this.#notAnInterval();
      return;
    }
    this.#position = match.lastIndex;
    const min = Number(found[1] || '0');
    const max = found[2] === '' ? min : found[3] === '' ? undefined : Number(found[3]);
    if (max !== undefined && min > max) throw new RegexError('Invalid content of \\{\\}');
    if (Math.max(min, max ?? 0) > MOST_REPETITIONS) throw new RegexError('Regular expression too big');
    return { min, max };
  }

  /** In an extended expression a brace that starts no interval stands for itself. */
  #notAnInterval(): undefined {
    if (!this.#isBasic) return undefined;
    throw new RegexError(/\\\}/.test(this.#source.slice(this.#position)) ? 'Invalid content of \\{\\}' : 'Unmatched \\{');
  }

  #atom(isFirst: boolean): RegexNode {
    const character = this.#source[this.#position]!;
    if (this.#takeOperator('(')) return this.#group();
    if (character === '\\') return this.#escape();
    this.#position += 1;
    if (character === '[') {
      const { set, end } = parseBracketExpression(this.#source, this.#position, this.#syntax);
      this.#position = end;
      return { kind: 'set', set };
    }
    if (character === '.') return { kind: 'set', set: ANY };
    if (character === '^' && (!this.#isBasic || isFirst)) return { kind: 'assertion', name: 'start' };
    if (character === '$' && (!this.#isBasic || this.#isAtEndOfBranch())) return { kind: 'assertion', name: 'end' };
    return byte(character);
  }

  #group(): RegexNode {
    const index = ++this.#groups;
    this.#depth += 1;
    const item = this.#alternatives();
    if (!this.#takeOperator(')')) throw new RegexError('Unmatched ( or \\(');
    this.#depth -= 1;
    this.#closedGroups.add(index);
    return { kind: 'group', index, item };
  }

  #escape(): RegexNode {
    const character = this.#source[this.#position + 1];
    if (character === undefined) throw new RegexError('Trailing backslash');
    this.#position += 2;
    if (this.#syntax === 'awk') return this.#awkEscape(character);
    if (/[1-9]/.test(character)) {
      if (!this.#closedGroups.has(Number(character))) throw new RegexError('Invalid back reference');
      return { kind: 'reference', index: Number(character) };
    }
    const assertion = ESCAPED_ASSERTIONS.get(character);
    if (assertion) return { kind: 'assertion', name: assertion };
    const set = ESCAPED_SETS.get(character);
    if (set) return { kind: 'set', set };
    if (this.#isBasic && character === ')') throw new RegexError('Unmatched ) or \\)');
    return byte(character);
  }

  #awkEscape(character: Bytes): RegexNode {
    const octal = /^[0-7]{1,3}/.exec(this.#source.slice(this.#position - 1))?.[0];
    if (octal === undefined) return byte(AWK_ESCAPES.get(character) ?? character);
    this.#position += octal.length - 1;
    return byte(String.fromCharCode(parseInt(octal, 8) & 255));
  }

  #isAtEndOfBranch(): boolean {
    return this.#position >= this.#source.length || this.#isOperator(')') || this.#isOperator('|');
  }

  /** Operators are bare in extended expressions and have a backslash in basic ones. */
  #isOperator(operator: string): boolean {
    if (!this.#isBasic) return this.#source[this.#position] === operator;
    return this.#source[this.#position] === '\\' && this.#source[this.#position + 1] === operator;
  }

  #takeOperator(operator: string): boolean {
    if (!this.#isOperator(operator)) return false;
    this.#position += this.#isBasic ? 2 : 1;
    return true;
  }
}

function byte(character: Bytes): RegexNode {
  return { kind: 'set', set: new ByteSet().add(character.charCodeAt(0)) };
}
