import { caseVariants, CLASSES, foldRange, POSIX_CLASSES } from './character-classes.ts';

/** A pattern that Go does not compile. */
export class RegexpSyntaxError extends Error {}

interface Flags {
  ignoresCase: boolean;
  isMultiline: boolean;
  dotTakesNewline: boolean;
  isUngreedy: boolean;
}

const MOST_REPETITIONS = 1000;

/**
 * Writes a pattern in Go's syntax as one of JavaScript's that means the same with the `u` flag. Both prefer the leftmost match and, of
 * those, the first alternative. What differs is spelled out: flags within the pattern, what `.`, `\s`, `^` and `$` stand for, `\z`,
 * `\Q…\E`, named groups, POSIX classes. Throws RegexpSyntaxError for what RE2 does not have, such as lookaround.
 */
export function translate(pattern: string): string {
  const translator = new Translator(pattern);
  const source = translator.alternatives();
  if (!translator.isAtEnd) throw new RegexpSyntaxError('unexpected )');
  return source;
}

class Translator {
  readonly #pattern: string;
  readonly #names = new Set<string>();
  #position = 0;
  #flags: Flags = { ignoresCase: false, isMultiline: false, dotTakesNewline: false, isUngreedy: false };

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#pattern.length;
  }

  alternatives(): string {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.join('|');
  }

  #sequence(): string {
    let source = '';
    while (!this.isAtEnd && !this.#isAt('|') && !this.#isAt(')')) {
      const atom = this.#atom();
      source += atom === '' ? '' : atom + this.#repetition();
    }
    return source;
  }

  #atom(): string {
    if (this.#isAt('(')) return this.#group();
    if (this.#isAt('[')) return this.#characterClass();
    if (this.#isAt('\\')) return this.#escape();
    const character = this.#next();
    switch (character) {
      case '.':
        return this.#flags.dotTakesNewline ? '[^]' : '[^\\n]';
      case '^':
        return this.#flags.isMultiline ? '(?:(?<![^\\n]))' : '(?:(?<![^]))';
      case '$':
        return this.#flags.isMultiline ? '(?:(?![^\\n]))' : '(?:(?![^]))';
      case '*':
      case '+':
      case '?':
        throw new RegexpSyntaxError(`missing argument to repetition operator: ${character}`);
      default:
        return this.#literal(character);
    }
  }

  #repetition(): string {
    const operator = this.#operator();
    if (operator === undefined) return '';
    const isLazy = this.#take('?') !== this.#flags.isUngreedy;
    if (this.#operator() !== undefined) throw new RegexpSyntaxError('invalid nested repetition operator');
    return operator + (isLazy ? '?' : '');
  }

  #operator(): string | undefined {
    for (const operator of ['*', '+', '?']) if (this.#take(operator)) return operator;
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#rest);
    if (!counted) return undefined;
    const [text, least, comma, most] = counted;
    const upper = comma === undefined || most === '' ? Number(least) : Number(most);
    if (Number(least) > MOST_REPETITIONS || upper > MOST_REPETITIONS || upper < Number(least)) {
      throw new RegexpSyntaxError(`invalid repeat count: ${text}`);
    }
    this.#position += text.length;
    return text;
  }

  #group(): string {
    const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.#rest);
    if (flags) return this.#flaggedGroup(flags);
    const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(this.#rest);
    if (named) return this.#namedGroup(named);
    if (this.#rest.startsWith('(?')) throw new RegexpSyntaxError('invalid or unsupported Perl syntax');
    this.#position += 1;
    return `(${this.#body()})`;
  }

  #flaggedGroup(match: RegExpExecArray): string {
    const [text, on = '', off = '', end] = match;
    if (on === '' && off === '' && end === ')') throw new RegexpSyntaxError('missing argument to repetition operator');
    this.#position += text.length;
    const outer = this.#flags;
    this.#flags = changeFlags(changeFlags(outer, on, true), off, false);
    if (end === ')') return '';
    const source = `(?:${this.#body()})`;
    this.#flags = outer;
    return source;
  }

  #namedGroup([text, name]: RegExpExecArray): string {
    if (this.#names.has(name!)) throw new RegexpSyntaxError(`duplicate capture group name: ${name}`);
    this.#names.add(name!);
    this.#position += text.length;
    return `(${this.#body()})`;
  }

  /** What a group holds up to its closing parenthesis; flags set within end with it. */
  #body(): string {
    const outer = this.#flags;
    const source = this.alternatives();
    if (!this.#take(')')) throw new RegexpSyntaxError('missing closing )');
    this.#flags = outer;
    return source;
  }

  #escape(): string {
    this.#position += 1;
    if (this.isAtEnd) throw new RegexpSyntaxError('trailing backslash at end of expression');
    if (this.#take('Q')) return this.#quotedRun();
    if (this.#take('A')) return '(?:(?<![^]))';
    if (this.#take('z')) return '(?:(?![^]))';
    if (this.#take('b')) return '(?:\\b)';
    if (this.#take('B')) return '(?:\\B)';
    const set = this.#setEscape();
    if (set !== undefined) return `[${set}]`;
    return this.#literal(this.#escapedCharacter());
  }

  #quotedRun(): string {
    const end = this.#pattern.indexOf('\\E', this.#position);
    const text = this.#pattern.slice(this.#position, end < 0 ? undefined : end);
    this.#position = end < 0 ? this.#pattern.length : end + 2;
    return Array.from(text, (character) => this.#literal(character)).join('');
  }

  /** `\d`, `\pL` and their like as the inside of a class; undefined for everything else. */
  #setEscape(): string | undefined {
    const property = /^([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/.exec(this.#rest);
    if (property) {
      this.#position += property[0].length;
      const isNegated = (property[1] === 'P') !== (property[2] === '^');
      return `\\${isNegated ? 'P' : 'p'}{${unicodeProperty(property[3] ?? property[4]!)}}`;
    }
    const letter = this.#pattern[this.#position]!;
    if (!Object.hasOwn(CLASSES, letter)) return undefined;
    this.#position += 1;
    return CLASSES[letter];
  }

  #escapedCharacter(): string {
    const hexadecimal = /^x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(this.#rest);
    if (hexadecimal) {
      this.#position += hexadecimal[0].length;
      return String.fromCodePoint(Number.parseInt(hexadecimal[1] ?? hexadecimal[2]!, 16));
    }
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(this.#rest);
    if (octal) {
      this.#position += octal[0].length;
      return String.fromCharCode(Number.parseInt(octal[0], 8));
    }
    const character = this.#next();
    const CONTROLS: Readonly<Record<string, string>> = { a: '\u0007', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
    if (CONTROLS[character] !== undefined) return CONTROLS[character];
    if (/[0-9A-Za-z]/.test(character) || character > '\u007f') throw new RegexpSyntaxError(`invalid escape sequence: \\${character}`);
    return character;
  }

  #characterClass(): string {
    this.#position += 1;
    const isNegated = this.#take('^');
    let source = '';
    let isFirst = true;
    while (isFirst || !this.#isAt(']')) {
      if (this.isAtEnd) throw new RegexpSyntaxError('missing closing ]');
      source += this.#classItem();
      isFirst = false;
    }
    this.#position += 1;
    return `[${isNegated ? '^' : ''}${source}]`;
  }

  #classItem(): string {
    const posix = /^\[:(\^?)(\w+):\]/.exec(this.#rest);
    if (posix) {
      const set = POSIX_CLASSES[posix[2]!];
      if (set === undefined) throw new RegexpSyntaxError(`invalid character class range: ${posix[0]}`);
      this.#position += posix[0].length;
      return posix[1] === '^' ? set.others : set.members;
    }
    if (this.#isAt('\\')) {
      this.#position += 1;
      if (this.isAtEnd) throw new RegexpSyntaxError('missing closing ]');
      const set = this.#setEscape();
      if (set !== undefined) return set;
      return this.#range(this.#escapedCharacter());
    }
    return this.#range(this.#next());
  }

  #range(low: string): string {
    if (!this.#isAt('-') || this.#pattern[this.#position + 1] === ']' || this.#position + 1 >= this.#pattern.length) {
      return this.#flags.ignoresCase ? caseVariants(low).map(inClass).join('') : inClass(low);
    }
    this.#position += 1;
    const high = this.#take('\\') ? this.#escapedCharacter() : this.#next();
    if (high.codePointAt(0)! < low.codePointAt(0)!) throw new RegexpSyntaxError(`invalid character class range: ${low}-${high}`);
    const plain = `${inClass(low)}-${inClass(high)}`;
    return this.#flags.ignoresCase ? plain + foldRange(low, high).map(inClass).join('') : plain;
  }

  #literal(character: string): string {
    if (!this.#flags.ignoresCase) return inClass(character);
    const variants = caseVariants(character);
    return variants.length === 1 ? inClass(character) : `[${variants.map(inClass).join('')}]`;
  }

  get #rest(): string {
    return this.#pattern.slice(this.#position);
  }

  #isAt(character: string): boolean {
    return this.#pattern[this.#position] === character;
  }

  #take(character: string): boolean {
    if (!this.#isAt(character)) return false;
    this.#position += 1;
    return true;
  }

  #next(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#position)!);
    this.#position += character.length;
    return character;
  }
}

function changeFlags(flags: Flags, letters: string, isOn: boolean): Flags {
  const changed = { ...flags };
  for (const letter of letters) {
    if (letter === 'i') changed.ignoresCase = isOn;
    else if (letter === 'm') changed.isMultiline = isOn;
    else if (letter === 's') changed.dotTakesNewline = isOn;
    else changed.isUngreedy = isOn;
  }
  return changed;
}

/** One character, written so that it stands for itself inside and outside a class. */
function inClass(character: string): string {
  return /^[A-Za-z0-9]$/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

function unicodeProperty(name: string): string {
  for (const property of [name, `Script=${name}`]) {
    try {
      new RegExp(`\\p{${property}}`, 'u');
      return property;
    } catch {
      continue;
    }
  }
  throw new RegexpSyntaxError(`invalid character class range: \\p{${name}}`);
}
