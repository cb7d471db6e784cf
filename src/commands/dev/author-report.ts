import type { TestSubject } from './author-tests.ts';
import type { Deviation } from './deviation.ts';
import type { ToldFailure } from './told-failures.ts';

/** What `lab dev check --json` prints. */
export interface AuthorReport {
  apiVersion: 'lab/v1';
  kind: 'AuthorReport';
  result: Outcome;
  scenarios: ScenarioReport[];
}

export interface ScenarioReport {
  id: string;
  result: Outcome;
  /** How many checks a learner meets. */
  checks: number;
  durationMs: number;
  tests: TestReport[];
}

export interface TestReport {
  name: string;
  of: TestSubject;
  result: Outcome;
  durationMs: number;
  deviations: Deviation[];
  /** Of a wrong repair, and of a scenario untouched: what the checks that failed tell a learner. */
  told?: readonly ToldFailure[];
}

type Outcome = 'passed' | 'failed';

/** `failed` when one of these is. */
export function outcomeOf(parts: readonly { result: Outcome }[]): Outcome {
  return parts.every(({ result }) => result === 'passed') ? 'passed' : 'failed';
}

export function reportOf(scenarios: ScenarioReport[]): AuthorReport {
  return { apiVersion: 'lab/v1', kind: 'AuthorReport', result: outcomeOf(scenarios), scenarios };
}
