import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { toJavaScript } from './javascript.ts';
import { LongestMatch } from './longest-match.ts';
import { parseRegex } from './parse.ts';
import type { RegexNode, RegexSyntax } from './tree.ts';
import { RegexError } from './tree.ts';

/** Where an expression matched. */
export interface RegexMatch {
  start: number;
  end: number;
  /** Texts of the groups from `\1` on; undefined for a group that took no part. */
  groups: readonly (Bytes | undefined)[];
}

export interface RegexOptions {
  syntax: RegexSyntax;
  ignoreCase?: boolean;
  /** `^` and `$` also match at newlines inside the text. */
  multiline?: boolean;
}

/** A compiled POSIX regular expression; of the matches that start leftmost, the longest counts. */
export class Regex {
  readonly groupCount: number;
  /** Quantifiers in the expression that have nothing in front of them. */
  readonly leadingQuantifiers: readonly string[];
  readonly #search: RegExp;
  readonly #exact: RegExp | undefined;
  readonly #longest: LongestMatch | undefined;

  constructor(source: Bytes, options: RegexOptions) {
    const { root, groups, leadingQuantifiers } = parseRegex(source, options.syntax);
    const flags = { ignoreCase: options.ignoreCase ?? false, multiline: options.multiline ?? false };
    const translated = toJavaScript(root, flags);
    this.groupCount = groups;
    this.leadingQuantifiers = leadingQuantifiers;
    this.#search = compileJavaScript(translated, flags.ignoreCase && has(root, 'reference') ? 'gi' : 'g');
    if (isGreedyLongest(root, true)) return;
    if (has(root, 'reference')) {
      if (has(root, 'alternatives'))
        throw new CannotSimulate('a regular expression with both alternatives and back references is not modelled');
      return;
    }
    this.#longest = new LongestMatch(root, flags);
    this.#exact = compileJavaScript(`(?:${translated})(?![^])`, 'y');
  }

  /** Whether the expression matches anywhere in the text. */
  test(text: Bytes): boolean {
    this.#search.lastIndex = 0;
    return this.#search.test(text);
  }

  /** The first match at or after `from`. */
  exec(text: Bytes, from: number): RegexMatch | undefined {
    this.#search.lastIndex = from;
    const found = this.#search.exec(text);
    if (!found) return undefined;
    const start = found.index;
    const end = start + found[0].length;
    const longest = this.#longest?.end(text, start) ?? end;
    return { start, end: longest, groups: longest === end ? found.slice(1) : this.#groupsOf(text, start, longest) };
  }

  #groupsOf(text: Bytes, start: number, end: number): (Bytes | undefined)[] {
    if (this.groupCount === 0 || !this.#exact) return [];
    this.#exact.lastIndex = start;
    return this.#exact.exec(text.slice(0, end))?.slice(1) ?? [];
  }
}

const CACHE = new Map<string, Regex>();
const CACHE_SIZE = 200;

/** Compiles an expression, or finds it among those compiled before. Throws RegexError. */
export function compileRegex(source: Bytes, options: RegexOptions): Regex {
  const key = `${options.syntax}:${options.ignoreCase ?? false}:${options.multiline ?? false}:${source}`;
  let regex = CACHE.get(key);
  if (!regex) {
    if (CACHE.size >= CACHE_SIZE) CACHE.clear();
    regex = new Regex(source, options);
    CACHE.set(key, regex);
  }
  return regex;
}

function compileJavaScript(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new RegexError('Regular expression too big');
  }
}

/** Whether taking as much as possible at each step, as JavaScript does, also gives the longest match: no choices but repeated single bytes. */
function isGreedyLongest(node: RegexNode, isTop: boolean): boolean {
  switch (node.kind) {
    case 'set':
    case 'assertion':
      return true;
    case 'sequence':
      return isTop && node.items.every((item) => isGreedyLongest(item, true));
    case 'group':
      return isTop && isGreedyLongest(node.item, true);
    case 'repeat':
      return node.item.kind === 'set';
    case 'alternatives':
    case 'reference':
      return false;
  }
}

function has(node: RegexNode, kind: RegexNode['kind']): boolean {
  if (node.kind === kind) return true;
  switch (node.kind) {
    case 'sequence':
      return node.items.some((item) => has(item, kind));
    case 'alternatives':
      return node.branches.some((branch) => has(branch, kind));
    case 'group':
    case 'repeat':
      return has(node.item, kind);
    default:
      return false;
  }
}
