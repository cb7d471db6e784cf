import type { Bytes } from '../kernel/bytes.ts';
import { Source } from './source.ts';
import type { Redirection, Word, WordPart } from './tree.ts';
import type { WordReader } from './word-reader.ts';

interface Expected {
  redirection: Redirection;
  delimiter: Bytes;
  isQuoted: boolean;
  stripsTabs: boolean;
}

/** The here-documents whose `<<` has been read and whose text starts after the end of the line. */
export class HereDocuments {
  readonly #source: Source;
  readonly #words: WordReader;
  #expected: Expected[] = [];

  constructor(source: Source, words: WordReader) {
    this.#source = source;
    this.#words = words;
  }

  /** Notes a here-document; its text is filled in by `read`. */
  expect(descriptor: number | undefined, delimiter: Word, stripsTabs: boolean): Redirection {
    const redirection: Redirection = { descriptor, operator: '<<', target: [] };
    const isQuoted = delimiter.some((part) => part.kind === 'literal' && part.quoted);
    this.#expected.push({ redirection, delimiter: delimiter.map(delimiterText).join(''), isQuoted, stripsTabs });
    return redirection;
  }

  /** Reads the texts of all that are expected, from the beginning of a line. */
  read(): void {
    const expected = this.#expected;
    this.#expected = [];
    for (const document of expected) document.redirection.target = this.#readBody(document);
  }

  #readBody({ delimiter, isQuoted, stripsTabs }: Expected): Word {
    const { line } = this.#source;
    let text = '';
    for (;;) {
      let next = this.#takeLogicalLine(isQuoted);
      if (next === undefined) break;
      if (stripsTabs) next = next.replace(/^\t+/, '');
      if (next === delimiter) break;
      text += next + (this.#source.isAtEnd && !this.#source.endsWithNewline ? '' : '\n');
    }
    if (isQuoted) return [{ kind: 'literal', text, quoted: true }];
    return this.#words.on(new Source(text, line)).readHereDocument();
  }

  /** A line, joined to the next where a backslash ends it and the text is expanded. */
  #takeLogicalLine(isQuoted: boolean): Bytes | undefined {
    let line = this.#source.takeLine();
    while (!isQuoted && line !== undefined && /(?:^|[^\\])(?:\\\\)*\\$/.test(line)) {
      const next = this.#source.takeLine();
      if (next === undefined) break;
      line = line.slice(0, -1) + next;
    }
    return line;
  }
}

function delimiterText(part: WordPart): Bytes {
  if (part.kind === 'literal') return part.text;
  return part.kind === 'parameter' ? `$${part.name}` : '';
}
