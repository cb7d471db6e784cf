import { describe, expect, it } from 'vitest';
import { memoryIo } from '../../tests/support/memory-io.ts';
import type { CheckResult, Report } from '../../grader/index.ts';
import { toJunit } from './junit.ts';
import { showResult, showScore } from './show-report.ts';

const result = (over: Partial<CheckResult>): CheckResult => ({
  id: 'gate',
  title: 'The gate holds',
  result: 'passed',
  points: { earned: 10, possible: 10 },
  observed: 'it held',
  expected: 'that it holds',
  why: 'it matters',
  evidence: [],
  ...over,
});

const failed = result({
  id: 'back',
  result: 'failed',
  points: { earned: 0, possible: 15 },
  observed: 'release 1.2 <serves> & "stays"\nfor good',
  evidence: [
    { kind: 'write', at: '2026-11-24T03:12:05.123Z', object: 'services lab/shop-active', text: 'selector changed by kubectl' },
    { kind: 'act', text: 'released 1.2' },
  ],
});

const broken = result({ id: 'drill', result: 'error', points: { earned: 0, possible: 5 }, observed: 'trap is not simulated' });

function report(checks: CheckResult[], over: Partial<Report> = {}): Report {
  return {
    apiVersion: 'lab/v1',
    kind: 'Report',
    scenario: 'scenario-1',
    backend: 'embedded',
    startedAt: '2026-11-24T00:00:00.000Z',
    finishedAt: '2026-11-24T00:00:01.500Z',
    result: 'failed',
    score: { earned: 10, possible: 30 },
    checks,
    ...over,
  };
}

describe('showResult', () => {
  it('shows a check that passed as one line', () => {
    const io = memoryIo();
    showResult(io, result({}));
    expect(io.out).toBe('✔   10/10  The gate holds (gate)\n');
  });

  it('shows for one that failed what was seen, what was expected, why it matters, and what shows it', () => {
    const io = memoryIo();
    showResult(io, failed);
    expect(io.out).toBe(
      [
        '✖    0/15  The gate holds (back)',
        '    observed  release 1.2 <serves> & "stays"',
        '              for good',
        '    expected  that it holds',
        '    why       it matters',
        '    evidence  03:12:05  services lab/shop-active  selector changed by kubectl',
        '              released 1.2',
        '',
        '',
      ].join('\n'),
    );
  });

  it('never shows a problem of the kit as a mistake of the learner', () => {
    const io = memoryIo();
    showResult(io, broken);
    expect(io.out).toContain('!     0/5');
    expect(io.out).toContain('problem   trap is not simulated');
    expect(io.out).toContain('It is not held against you.');
  });
});

describe('showScore', () => {
  it('names what hints cost apart from the points that the cluster shows', () => {
    const io = memoryIo();
    showScore(io, report([failed]), 14);
    expect(io.out).toBe('10 of 30 points. Stuck? Type `lab hint`.\n0 after hints, which cost 14\n');
  });

  it('sends nobody to hints that a challenge does not have', () => {
    const io = memoryIo();
    showScore(io, report([failed], { scenario: 'challenge-1' }), 0);
    expect(io.out).toBe('10 of 30 points. A challenge has no hints.\n');
  });

  it('says nothing of hints when there were none', () => {
    const io = memoryIo();
    showScore(io, report([], { result: 'passed', score: { earned: 100, possible: 100 } }), 0);
    expect(io.out).toBe('100 of 100 points: everything holds.\n');
  });
});

describe('toJunit', () => {
  it('tells failures from errors, and escapes what XML would stumble over', () => {
    const xml = toJunit(report([result({}), failed, broken, result({ id: 'x', result: 'failed', observed: 'bell \u0007 and \ud800' })]));
    expect(xml).toContain('<testsuites name="lab" tests="4" failures="2" errors="1" time="1.5">');
    expect(xml).toContain('<testcase classname="scenario-1" name="gate"/>');
    expect(xml).toContain('<failure message="release 1.2 &lt;serves&gt; &amp; &quot;stays&quot;&#10;for good">');
    expect(xml).toContain('<error message="trap is not simulated">');
    expect(xml).toContain('bell ? and ?');
  });
});
