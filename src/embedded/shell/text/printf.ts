import { parseInteger } from '../expansion/arithmetic.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Directive } from './directive.ts';
import { formatInteger, formatNumber, formatText } from './directive.ts';
import type { EscapeRules } from './escapes.ts';
import { decodeEscapes } from './escapes.ts';

/** Where the printf of dash, of bash and of coreutils differ. */
export interface PrintfFlavour {
  formatEscapes: EscapeRules;
  argumentEscapes: EscapeRules;
  /** bash: `%q`. */
  quote?: (text: Bytes) => Bytes;
  /** Words for an argument that is no number at all, that is only one at its start, or that is too large. */
  messages: {
    noNumber(text: Bytes): string;
    trailing(text: Bytes): string;
    outOfRange(text: Bytes): string;
    badDirective(text: Bytes): string;
    missing: string;
  };
  /** Whether `l`, `h` and their like may stand in front of a conversion. */
  hasLengthModifiers: boolean;
  /** Status after a directive that does not exist. */
  badDirectiveStatus: number;
}

export interface PrintfResult {
  output: Bytes;
  /** Messages about arguments and directives, in order. */
  complaints: string[];
  status: number;
}

const DIRECTIVE = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh?|ll?|[jztL])?([^])?/y;
const PLAIN_DIRECTIVE = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?([^])?/y;

/** Formats arguments as `printf` does, using the format again while arguments are left. */
export function printf(format: Bytes, args: readonly Bytes[], flavour: PrintfFlavour): PrintfResult {
  return new Formatter(format, args, flavour).run();
}

class Formatter {
  readonly #format: Bytes;
  readonly #args: readonly Bytes[];
  readonly #flavour: PrintfFlavour;
  readonly #result: PrintfResult = { output: '', complaints: [], status: 0 };
  #next = 0;
  #isOver = false;

  constructor(format: Bytes, args: readonly Bytes[], flavour: PrintfFlavour) {
    this.#format = format;
    this.#args = args;
    this.#flavour = flavour;
  }

  run(): PrintfResult {
    for (;;) {
      const before = this.#next;
      this.#pass();
      if (this.#isOver || this.#next >= this.#args.length || this.#next === before) return this.#result;
    }
  }

  #pass(): void {
    let index = 0;
    while (index < this.#format.length && !this.#isOver) {
      const percent = this.#format.indexOf('%', index);
      this.#literal(this.#format.slice(index, percent < 0 ? undefined : percent));
      if (percent < 0 || this.#isOver) return;
      if (this.#format[percent + 1] === '%') {
        this.#result.output += '%';
        index = percent + 2;
        continue;
      }
      const pattern = this.#flavour.hasLengthModifiers ? DIRECTIVE : PLAIN_DIRECTIVE;
      pattern.lastIndex = percent;
      this.#directive(pattern.exec(this.#format)!);
      index = pattern.lastIndex;
    }
  }

  #literal(text: Bytes): void {
    const { text: decoded, isCut } = decodeEscapes(text, this.#flavour.formatEscapes);
    this.#result.output += decoded;
    this.#isOver ||= isCut;
  }

  #directive(match: RegExpExecArray): void {
    const conversion = match[4];
    if (conversion === undefined) {
      this.#abandon(this.#flavour.messages.missing);
      return;
    }
    const directive = this.#resolve(match, conversion);
    if (conversion === 's') this.#result.output += formatText(this.#argument() ?? '', directive);
    else if (conversion === 'c') this.#result.output += formatText((this.#argument() ?? '').slice(0, 1), directive);
    else if (conversion === 'b') this.#escaped(directive);
    else if (conversion === 'q' && this.#flavour.quote)
      this.#result.output += formatText(this.#flavour.quote(this.#argument() ?? ''), directive);
    else if ('diouxX'.includes(conversion)) this.#result.output += formatInteger(this.#integer(), directive);
    else if ('eEfFgG'.includes(conversion)) this.#result.output += formatNumber(this.#number(), directive);
    else this.#abandon(this.#flavour.messages.badDirective(match[0]));
  }

  #resolve(match: RegExpExecArray, conversion: string): Directive {
    let flags = match[1]!;
    let width = match[2] === '*' ? Number(this.#integer()) : Number(match[2] ?? 0);
    if (width < 0) {
      flags += '-';
      width = -width;
    }
    if (width > 1_000_000) throw new RangeError('a field is too wide');
    const precision = match[3] === undefined ? undefined : match[3] === '*' ? Number(this.#integer()) : Number(match[3] || 0);
    return { flags, width, precision: precision === undefined || precision < 0 ? undefined : precision, conversion };
  }

  #escaped(directive: Directive): void {
    const { text, isCut } = decodeEscapes(this.#argument() ?? '', this.#flavour.argumentEscapes);
    this.#result.output += formatText(text, directive);
    this.#isOver ||= isCut;
  }

  #argument(): Bytes | undefined {
    return this.#args[this.#next++];
  }

  #integer(): bigint {
    const text = this.#argument();
    if (text === undefined || text === '') return this.#empty(text, 0n);
    if (/^['"]/.test(text)) return BigInt(text.length > 1 ? text.charCodeAt(1) : 0);
    const prefix = /^\s*[-+]?(?:0[xX][0-9A-Fa-f]+|[0-9]+)/.exec(text)?.[0];
    const digits = prefix !== undefined && /^\s*[-+]?0[0-9]/.test(prefix) ? /^\s*[-+]?0[0-7]*/.exec(prefix)![0] : prefix;
    if (digits === undefined) this.#complain(this.#flavour.messages.noNumber(text));
    else if (digits !== text) this.#complain(this.#flavour.messages.trailing(text));
    else if (/\d{19}/.test(digits) && BigInt(digits.replace(/^\s*[-+]?/, '')) >= 2n ** 63n)
      this.#complain(this.#flavour.messages.outOfRange(text));
    return parseInteger(digits ?? '0') ?? 0n;
  }

  #number(): number {
    const text = this.#argument();
    if (text === undefined || text === '') return this.#empty(text, 0);
    if (/^['"]/.test(text)) return text.length > 1 ? text.charCodeAt(1) : 0;
    const prefix = /^\s*[-+]?(?:0[xX][0-9A-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)/i.exec(text)?.[0];
    if (prefix === undefined) this.#complain(this.#flavour.messages.noNumber(text));
    else if (prefix !== text) this.#complain(this.#flavour.messages.trailing(text));
    return toNumber(prefix ?? '0');
  }

  /** Only a missing argument is silently zero everywhere; an empty one is, too, except where it counts as no number. */
  #empty<T>(text: Bytes | undefined, zero: T): T {
    if (text === '' && this.#flavour.messages.noNumber('') !== '') this.#complain(this.#flavour.messages.noNumber(''));
    return zero;
  }

  #complain(message: string): void {
    this.#result.complaints.push(message);
    this.#result.status = 1;
  }

  #abandon(message: string): void {
    this.#result.complaints.push(message);
    this.#result.status = this.#flavour.badDirectiveStatus;
    this.#isOver = true;
  }
}

function toNumber(text: Bytes): number {
  const trimmed = text.trim().toLowerCase();
  if (/^[-+]?inf/.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  if (trimmed.startsWith('-0x')) return -Number(trimmed.slice(1));
  return Number(trimmed.replace(/^\+/, ''));
}
