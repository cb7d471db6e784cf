import type { CheckOutcome, Evidence } from './report.ts';

/** What a kind of check comes to; the engine adds id, title, points and why. */
export interface Verdict {
  result: CheckOutcome;
  /** What the learner's cluster did, as sentences. */
  observed: string;
  evidence: Evidence[];
}

export function passed(observed: string, evidence: Evidence[] = []): Verdict {
  return { result: 'passed', observed, evidence };
}

export function failed(observed: string, evidence: Evidence[] = []): Verdict {
  return { result: 'failed', observed, evidence };
}

/** The check could not be judged; `reason` says why, and that it is not the learner's doing. */
export function notJudged(reason: string, evidence: Evidence[] = []): Verdict {
  return { result: 'error', observed: `This could not be judged: ${reason}`, evidence };
}

/** Several verdicts as one: an error outweighs a failure, which outweighs a pass; what is shown comes from those that decided. */
export function combine(verdicts: Verdict[]): Verdict {
  const deciding = (['error', 'failed', 'passed'] as const)
    .map((result) => verdicts.filter((verdict) => verdict.result === result))
    .find((found) => found.length > 0);
  if (!deciding) return notJudged('the check states nothing');
  return {
    result: deciding[0]!.result,
    observed: [...new Set(deciding.map(({ observed }) => observed))].join(' '),
    evidence: deciding.flatMap(({ evidence }) => evidence),
  };
}

/** Milliseconds since the epoch as RFC 3339, for evidence. */
export function at(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
