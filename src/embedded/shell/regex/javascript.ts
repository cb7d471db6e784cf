import type { ByteSet } from './byte-set.ts';
import type { AssertionName, RegexNode } from './tree.ts';

/** How `^` and `$` are meant. */
export interface TranslationOptions {
  ignoreCase: boolean;
  /** `^` and `$` also match at newlines inside the text. */
  multiline: boolean;
}

/** The source of a JavaScript expression (without flags) that matches where the tree does, though not always as much. */
export function toJavaScript(node: RegexNode, options: TranslationOptions): string {
  switch (node.kind) {
    case 'set':
      return setSource(options.ignoreCase ? node.set.ignoringCase() : node.set);
    case 'sequence':
      return node.items.map((item) => toJavaScript(item, options)).join('');
    case 'alternatives':
      return `(?:${node.branches.map((branch) => toJavaScript(branch, options)).join('|')})`;
    case 'repeat':
      return `(?:${toJavaScript(node.item, options)})${quantifier(node.min, node.max)}`;
    case 'group':
      return `(${toJavaScript(node.item, options)})`;
    case 'reference':
      return `(?:\\${node.index})`;
    case 'assertion':
      return assertionSource(node.name, options.multiline);
  }
}

function quantifier(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return `{${min},${max}}`;
}

function assertionSource(name: AssertionName, multiline: boolean): string {
  switch (name) {
    case 'start':
      return multiline ? '(?<![^\\n])' : '^';
    case 'end':
      return multiline ? '(?![^\\n])' : '$';
    case 'text-start':
      return '^';
    case 'text-end':
      return '$';
    case 'word-boundary':
      return '\\b';
    case 'inside-word':
      return '\\B';
    case 'word-start':
      return '\\b(?=\\w)';
    case 'word-end':
      return '\\b(?<=\\w)';
  }
}

function setSource(set: ByteSet): string {
  const codes = set.codes();
  if (codes.length === 256) return '[^]';
  if (codes.length === 0) return '[]';
  if (codes.length === 1) return escapeCode(codes[0]!);
  const ranges: string[] = [];
  for (let index = 0; index < codes.length;) {
    let end = index;
    while (codes[end + 1] === codes[end]! + 1) end += 1;
    ranges.push(end === index ? escapeCode(codes[index]!) : `${escapeCode(codes[index]!)}-${escapeCode(codes[end]!)}`);
    index = end + 1;
  }
  return `[${ranges.join('')}]`;
}

function escapeCode(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`;
}
