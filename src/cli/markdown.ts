import type { Token, Tokens } from 'marked';
import type { Io } from './io.ts';
import { wrap } from './wrap.ts';

const WIDEST = 100;

/** Markdown as text for a terminal: paragraphs broken to its width, lists, code, emphasis. */
export async function renderMarkdown(markdown: string, io: Pick<Io, 'columns' | 'paint'>): Promise<string> {
  const { lexer } = await import('marked');
  const width = Math.min(io.columns, WIDEST);
  return blocks(lexer(markdown), { width, indent: '', paint: io.paint });
}

interface Style {
  width: number;
  /** What every line but the first begins with. */
  indent: string;
  paint: Io['paint'];
}

function blocks(tokens: readonly Token[], style: Style): string {
  return tokens
    .filter(({ type }) => type !== 'space' && type !== 'html')
    .map((token) => block(token, style))
    .join(`\n\n${style.indent}`);
}

function block(token: Token, style: Style): string {
  const { width, indent, paint } = style;
  switch (token.type) {
    case 'heading':
      return paint(inline((token as Tokens.Heading).tokens, paint), 'strong');
    case 'code':
      return (token as Tokens.Code).text
        .split('\n')
        .map((line) => `    ${line}`)
        .join(`\n${indent}`);
    case 'list':
      return listItems(token as Tokens.List, style);
    case 'blockquote':
      return blocks((token as Tokens.Blockquote).tokens, { ...style, indent: `${indent}  ` });
    case 'table':
      return tableRows(token as Tokens.Table, style);
    case 'hr':
      return '─'.repeat(Math.min(40, width));
    default:
      return wrap(inlineOf(token, paint), width, indent);
  }
}

function listItems({ ordered, start, items }: Tokens.List, style: Style): string {
  const first = typeof start === 'number' ? start : 1;
  return items
    .map((item, index) => {
      const sign = ordered ? `${first + index}. ` : '- ';
      return sign + blocks(item.tokens, { ...style, indent: style.indent + ' '.repeat(sign.length) });
    })
    .join(`\n${style.indent}`);
}

function tableRows({ header, rows }: Tokens.Table, { indent, paint }: Style): string {
  const cells = [header, ...rows].map((row) => row.map(({ tokens }) => inline(tokens, (text) => text)));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row, index) =>
      row
        .map((cell, column) => paint(cell.padEnd(widths[column]!), index === 0 ? 'faint' : undefined))
        .join('  ')
        .trimEnd(),
    )
    .join(`\n${indent}`);
}

function inlineOf(token: Token, paint: Io['paint']): string {
  const { tokens, text } = token as { tokens?: Token[]; text?: string };
  return tokens ? inline(tokens, paint) : oneLine(text ?? '');
}

function inline(tokens: readonly Token[], paint: Io['paint']): string {
  return tokens.map((token) => span(token, paint)).join('');
}

function span(token: Token, paint: Io['paint']): string {
  switch (token.type) {
    case 'strong':
      return paint(inlineOf(token, paint), 'strong');
    case 'codespan':
      return paint((token as Tokens.Codespan).text, 'busy');
    case 'link': {
      const { href, text } = token as Tokens.Link;
      return text === href ? href : `${inlineOf(token, paint)} (${href})`;
    }
    case 'br':
      return '\n';
    default:
      return inlineOf(token, paint);
  }
}

/** Line ends inside a paragraph of Markdown are spaces. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
