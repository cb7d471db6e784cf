import type { CheckResult, Evidence, Report } from '../../grader/index.ts';
import { isChallenge } from '../scenarios/course.ts';
import type { Io } from './io.ts';
import { wrap } from './wrap.ts';

const SIGNS = { passed: '✔', failed: '✖', error: '!' } as const;
const TONES = { passed: 'good', failed: 'bad', error: 'waiting' } as const;
const LABEL_WIDTH = 10;
const INDENT = '    ';

/** One check as a line; one that did not pass with what was seen, what was expected, why it matters, and what shows it. */
export function showResult(io: Io, result: CheckResult): void {
  const { earned, possible } = result.points;
  const points = `${earned}/${possible}`.padStart(7);
  io.line(`${io.paint(SIGNS[result.result], TONES[result.result])} ${points}  ${result.title} ${io.paint(`(${result.id})`, 'faint')}`);
  if (result.result === 'passed') return;
  const rows: [string, string][] = [
    [result.result === 'error' ? 'problem' : 'observed', result.observed],
    ['expected', result.expected],
    ['why', result.why],
    ...result.evidence.map((evidence, index): [string, string] => [index === 0 ? 'evidence' : '', describe(evidence)]),
  ];
  for (const [label, text] of rows) {
    const indent = INDENT + ' '.repeat(LABEL_WIDTH);
    io.line(INDENT + io.paint(label.padEnd(LABEL_WIDTH), 'faint') + wrap(text, io.columns, indent));
  }
  if (result.result === 'error') io.line(`${INDENT}${' '.repeat(LABEL_WIDTH)}This could not be judged. It is not held against you.`);
  io.line();
}

/** The score, what hints cost of it, and what to do next. */
export function showScore(io: Io, { scenario, score, result, checks }: Report, hintCost: number): void {
  if (checks.at(-1)?.result === 'passed') io.line();
  io.line(`${io.paint(`${score.earned} of ${score.possible} points`, 'strong')}${describeResult(result, scenario)}`);
  if (hintCost > 0) io.line(`${Math.max(0, score.earned - hintCost)} after hints, which cost ${hintCost}`);
}

function describeResult(result: Report['result'], scenario: string): string {
  if (result === 'passed') return ': everything holds.';
  if (result === 'failed' && isChallenge(scenario)) return '. A challenge has no hints.';
  return result === 'failed' ? '. Stuck? Type `lab hint`.' : ': what failed to be judged is a problem of the lab, see above.';
}

function describe({ at, object, text }: Evidence): string {
  return [at?.replace(/^.*T/, '').replace(/\.\d+|Z$/g, ''), object, text].filter((part) => part !== undefined && part !== '').join('  ');
}
