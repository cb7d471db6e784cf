import { stringify } from 'yaml';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import { compileJsonPath } from '../../http/table/json-path.ts';
import { KubectlError } from './kubectl-error.ts';

/** What a JSONPath template such as `{.items[*].metadata.name}{"\n"}` makes of a value. Models client-go util/jsonpath. */
export function fillTemplate(template: string, value: unknown): string {
  const parts = splitTemplate(/[{}]/.test(template) ? template : `{${template.startsWith('.') ? '' : '.'}${template}}`);
  return fillParts(parts, value).text;
}

/** Text outside of braces, and what stands in them. */
function splitTemplate(template: string): { text?: string; expression?: string }[] {
  const parts: { text?: string; expression?: string }[] = [];
  let rest = template;
  while (rest !== '') {
    const open = rest.indexOf('{');
    if (open !== 0) {
      parts.push({ text: open < 0 ? rest : rest.slice(0, open) });
      rest = open < 0 ? '' : rest.slice(open);
      continue;
    }
    const close = closingBrace(rest);
    if (close < 0) throw new KubectlError(`error parsing jsonpath ${template}, unclosed action`);
    parts.push({ expression: rest.slice(1, close).trim() });
    rest = rest.slice(close + 1);
  }
  return parts;
}

function closingBrace(text: string): number {
  let quote = '';
  for (let index = 1; index < text.length; index += 1) {
    const character = text[index]!;
    if (quote) quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '}') return index;
  }
  return -1;
}

function fillParts(parts: readonly { text?: string; expression?: string }[], value: unknown): { text: string; used: number } {
  let text = '';
  for (let index = 0; index < parts.length; index += 1) {
    const { text: literal, expression = '' } = parts[index]!;
    if (literal !== undefined) text += literal;
    else if (expression === 'end') return { text, used: index };
    else if (expression.startsWith('range ')) {
      const body = parts.slice(index + 1);
      let { used } = fillParts(body, undefined);
      for (const item of compileJsonPath(expression.slice('range '.length).trim())(value)) {
        const filled = fillParts(body, item);
        text += filled.text;
        used = filled.used;
      }
      index += used + 1;
    } else text += fillExpression(expression, value);
  }
  return { text, used: parts.length };
}

function fillExpression(expression: string, value: unknown): string {
  const quoted = /^(["'])(.*)\1$/s.exec(expression)?.[2];
  if (quoted !== undefined) return quoted.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\"', '"');
  if (value === undefined) return '';
  return compileJsonPath(expression)(value).map(show).join(' ');
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An object or list in the form that `-o` asks for; undefined for a table. */
export function formatOutput(
  output: string | undefined,
  value: KubeObject | { items: KubeObject[] },
  nameOf: (object: KubeObject) => string,
): string | undefined {
  if (output === undefined || output === 'wide') return undefined;
  if (output === 'json') return `${JSON.stringify(withoutManagers(value), null, 4)}\n`;
  if (output === 'yaml') return stringify(withoutManagers(value), { sortMapEntries: true, version: '1.1' });
  if (output === 'name')
    return objectsIn(value)
      .map((object) => `${nameOf(object)}\n`)
      .join('');
  const template = /^jsonpath=(.*)$/s.exec(output)?.[1];
  if (template !== undefined) return fillTemplate(template.replace(/^(['"])(.*)\1$/s, '$2'), value);
  throw new CannotSimulate(`kubectl's output format ${output} is not modelled in pods of the embedded cluster`);
}

/** Who owns which field is shown only to those who ask for it. */
function withoutManagers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === 'managedFields' ? undefined : item)));
}

function objectsIn(value: KubeObject | { items: KubeObject[] }): KubeObject[] {
  return Array.isArray(value['items']) ? (value['items'] as KubeObject[]) : [value as KubeObject];
}

export interface ServerTable {
  columnDefinitions: { name: string; priority?: number }[];
  rows?: { cells: unknown[] }[];
}

/** The server's table as kubectl prints it: upper-case headings, three spaces between columns. */
export function formatTable(
  { columnDefinitions, rows = [] }: ServerTable,
  { isWide, hasHeadings }: { isWide: boolean; hasHeadings: boolean },
): string {
  const shown = columnDefinitions.flatMap(({ priority = 0 }, index) => (isWide || priority === 0 ? [index] : []));
  const headings = shown.map((index) => columnDefinitions[index]!.name.toUpperCase());
  const lines = rows.map(({ cells }) => shown.map((index) => cellText(cells[index])));
  const all = hasHeadings ? [headings, ...lines] : lines;
  const widths = shown.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) => `${line.map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column]! + 3))).join('')}\n`)
    .join('');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '<none>';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
