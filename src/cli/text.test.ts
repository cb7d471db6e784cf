import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError, EnvironmentError, ScenarioError, SessionError, UsageError } from '../errors.ts';
import { wantsColors } from './io.ts';
import { renderMarkdown } from './markdown.ts';
import { exitCodeOf, renderError } from './render-error.ts';
import { formatSpan } from './span.ts';
import { formatTable } from './table.ts';
import { wrap } from './wrap.ts';

const io = { paint: (text: string) => text, nodeVersion: '20.20.2', platform: 'linux', columns: 60 };

describe('renderError', () => {
  it('tells what, then what next', () => {
    expect(renderError(new SessionError('no scenario', { hint: 'Type `lab start`.' }), io, false)).toBe(
      'error: no scenario\nnext: Type `lab start`.',
    );
    expect(renderError(new UsageError('wrong'), io, false)).toBe('error: wrong');
  });

  it('tells all problems of files at once, each with its place', () => {
    const error = new ScenarioError('a.yaml cannot be applied', {
      problems: [
        { file: 'a.yaml', line: 3, column: 7, message: 'unknown field' },
        { file: 'b.yaml', line: 1, message: 'bad', pointer: '/spec/x' },
        { file: 'c.yaml', message: 'missing', pointer: '' },
      ],
    });
    expect(renderError(error, io, false).split('\n').slice(1)).toEqual([
      '  a.yaml:3:7: unknown field',
      '  b.yaml:1: bad (at /spec/x)',
      '  c.yaml: missing (at /)',
    ]);
  });

  it('tells all that a machine lacks, with remedies', () => {
    const error = new EnvironmentError('not here', { problems: [{ what: 'Node 18', remedy: 'Install Node 20.' }] });
    expect(renderError(error, io, false)).toBe('error: not here\n  - Node 18\n    Install Node 20.');
  });

  it('tells what was run, how it ended, and the end of its output', () => {
    const error = new CommandError('kind failed', { commandLine: "kind create 'a b'", ending: 'exit code 1', output: 'x\ny' });
    expect(renderError(error, io, false)).toBe("error: kind failed\n  $ kind create 'a b'\n  ended with exit code 1\n  | x\n  | y");
  });

  it('shows no stack unless asked, and then not where lab is installed', () => {
    const error = new TypeError('x is undefined', { cause: new Error('deep') });
    error.stack = 'TypeError: x is undefined\n    at run (file:///home/jane/lab/dist/src/main.js:3:4)';
    expect(renderError(error, io, false)).not.toContain('at run');
    const verbose = renderError(error, io, true);
    expect(verbose).toContain('at run (dist/src/main.js:3:4)');
    expect(verbose).toContain('caused by:\nError: deep');
    expect(verbose).not.toContain('jane');
  });

  it.each([
    [new UsageError('a'), 2],
    [new EnvironmentError('a'), 3],
    [new ScenarioError('a'), 4],
    [new SessionError('a'), 6],
    [new Error('a'), 70],
    ['a', 70],
  ])('ends %s with exit code %i', (error, exitCode) => {
    expect(exitCodeOf(error)).toBe(exitCode);
  });
});

describe('wantsColors', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  ])('with %j on a terminal: %s', (env, isTerminal, wanted) => {
    expect(wantsColors(env, isTerminal)).toBe(wanted);
  });
});

describe('formatTable', () => {
  it('lines columns up by what is seen, not by what is written', () => {
    const painted = formatTable(
      [
        ['a', 'bb'],
        ['éé', ''],
      ],
      (text, row) => (row === 0 ? `<${text}>` : text),
    );
    expect(painted).toEqual(['<a>   <bb>', 'éé']);
    expect(formatTable([])).toEqual([]);
  });
});

describe('wrap', () => {
  it('loses no word and never makes a line longer than it has to be', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 }), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 40 }), (list, width) => {
        const lines = wrap(list.join(' '), width, '  ').split('\n');
        expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(list);
        for (const line of lines) expect(line.length <= width || !line.trim().includes(' ')).toBe(true);
        expect(lines.slice(1).every((line) => line.startsWith('  '))).toBe(true);
      }),
    );
  });
});

describe('renderMarkdown', () => {
  it('makes paragraphs, lists, code and emphasis readable', async () => {
    const markdown = [
      '# Title',
      '',
      'A paragraph with **strong** words and `code`, long enough that it has',
      'to be broken; see [the docs](https://e.org) and <https://x.org>.',
      '',
      '1. first, which is also long enough to be broken over two lines of text',
      '2. second',
      '   - nested',
      '',
      '```sh',
      'lab check  # as it is',
      '```',
      '',
      '| a | bb |',
      '|---|---|',
      '| ccc | d |',
    ].join('\n');
    expect(await renderMarkdown(markdown, io)).toBe(
      [
        'Title',
        '',
        'A paragraph with strong words and code, long enough that it',
        'has to be broken; see the docs (https://e.org) and',
        'https://x.org.',
        '',
        '1. first, which is also long enough to be broken over two',
        '   lines of text',
        '2. second',
        '',
        '   - nested',
        '',
        '    lab check  # as it is',
        '',
        'a    bb',
        'ccc  d',
      ].join('\n'),
    );
  });
});

describe('formatSpan', () => {
  it.each([
    [0, '0 seconds'],
    [1_000, '1 second'],
    [89_000, '89 seconds'],
    [5 * 60_000, '5 minutes'],
    [3 * 3_600_000, '3 hours'],
    [72 * 3_600_000, '3 days'],
    [-5, '0 seconds'],
  ])('of %i ms is %s', (spanMs, text) => {
    expect(formatSpan(spanMs)).toBe(text);
  });
});
