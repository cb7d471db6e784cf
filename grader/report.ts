/** What `lab check --json` prints. */
export interface Report {
  apiVersion: 'lab/v1';
  kind: 'Report';
  scenario: string;
  backend: string;
  /** RFC 3339. */
  startedAt: string;
  finishedAt: string;
  result: CheckOutcome;
  score: Points;
  checks: CheckResult[];
}

/** `error`: could not be judged, for a reason that is not the learner's. */
export type CheckOutcome = 'passed' | 'failed' | 'error';

export interface Points {
  earned: number;
  possible: number;
}

export interface CheckResult {
  id: string;
  title: string;
  result: CheckOutcome;
  points: Points;
  /** What the learner's cluster did. */
  observed: string;
  expected: string;
  why: string;
  evidence: Evidence[];
}

/** Something that can be looked up: an object, an event, a request, a write. */
export interface Evidence {
  kind: 'object' | 'write' | 'request' | 'analysis' | 'act' | 'problem';
  /** RFC 3339; in a drill, the copy's own time. */
  at?: string;
  /** The object it is about, such as `rollouts.argoproj.io lab/shop`. */
  object?: string;
  text: string;
}

/** `failed` where anything failed; else `error` where anything could not be judged; else `passed`. */
export function overallResult(checks: readonly Pick<CheckResult, 'result'>[]): CheckOutcome {
  if (checks.some(({ result }) => result === 'failed')) return 'failed';
  return checks.some(({ result }) => result === 'error') ? 'error' : 'passed';
}
