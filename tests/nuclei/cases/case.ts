import type { Run } from '../both-nucleis.ts';

/** One comparison: what it is about, and the run. */
export interface Case extends Run {
  about: string;
}

export const QUIET = ['-duc', '-ni', '-silent', '-nc'];
export const JSON_LINES = [...QUIET, '-jsonl'];
export const ON_RANGE = ['-u', 'RANGE', '-t', 'DIR/t'];

/** A template with everything that it must have; `http` is the rest, indented by two. */
export function template(id: string, http: string, info = ''): string {
  return `id: ${id}\ninfo:\n  name: Test ${id}\n  author: lab\n  severity: low\n${info}http:\n${http}`;
}

/** A case with one template on the range. */
export function one(about: string, http: string, more: Partial<Case> & { info?: string; top?: string } = {}): Case {
  const { info, top = '', args = JSON_LINES, ...rest } = more;
  return { about, args: [...args, ...ON_RANGE], files: { 't/a.yaml': template('case-a', http, info) + top }, ...rest };
}

/** The request of a template. */
export const get = (path: string): string => `  - method: GET\n    path:\n      - "{{BaseURL}}${path}"\n`;
/** A matcher of a template. */
export const word = (...words: string[]): string =>
  `      - type: word\n        words:\n${words.map((text) => `          - '${text}'\n`).join('')}`;
