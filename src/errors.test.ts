import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ClusterError, CommandError, EnvironmentError, LabError, ScenarioError, SessionError, TimeoutError, UsageError } from './errors.ts';
import * as errors from './errors.ts';

const EVERY_KIND = [
  new UsageError('x'),
  new EnvironmentError('x'),
  new ScenarioError('x'),
  new CommandError('x', { commandLine: 'x', ending: 'x', output: '' }),
  new ClusterError('x'),
  new TimeoutError('x'),
  new SessionError('x'),
];

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

/** What the page says under a heading. */
function section(heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

describe('docs/errors.md', () => {
  it('is about every kind of error, and of no other', () => {
    const classes = Object.values(errors).filter((value) => typeof value === 'function' && value.prototype instanceof LabError);
    expect(EVERY_KIND.map((error) => error.constructor)).toEqual(expect.arrayContaining(classes));
    const codes = [...page.matchAll(/^## (E_\w+)$/gm)].map(([, code]) => code);
    expect(codes.sort()).toEqual(EVERY_KIND.map(({ code }) => code).sort());
  });

  it.each(EVERY_KIND)('names the exit code of $code', ({ code, exitCode }) => {
    expect(section(code)).toContain(`Exit code ${exitCode}.`);
    expect(page).toMatch(new RegExp(`^\\| ${exitCode} .*#${code.toLowerCase()}\\)`, 'm'));
  });
});

describe('LabError', () => {
  it('carries what to do next and what it came from', () => {
    const cause = new Error('deep');
    const error = new SessionError('no', { hint: 'do', cause });
    expect(error).toMatchObject({ name: 'SessionError', message: 'no', hint: 'do', cause });
    expect(new SessionError('no').hint).toBeUndefined();
  });
});
