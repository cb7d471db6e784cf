import type { CheckSpec } from './check-spec.ts';
import { judgeDrill } from './checks/judge-drill.ts';
import { judgeAbsent, judgeResource } from './checks/judge-resource.ts';
import { judgeTimeline } from './checks/judge-timeline.ts';
import type { ClusterReader, Drills, Journal } from './ports.ts';
import { RememberingDrills } from './remembering-drills.ts';
import { overallResult, type CheckResult, type Report } from './report.ts';
import { notJudged, type Verdict } from './verdict.ts';

export interface GradeRequest {
  scenario: string;
  /** Name of the kind of cluster, for the report. */
  backend: string;
  checks: readonly CheckSpec[];
  reader: ClusterReader;
  journal: Journal;
  drills: Drills;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits between two looks at something that is not there yet. */
  sleep(delayMs: number): Promise<void>;
  /** Called before a check is judged, and again with its result. */
  onProgress?(check: CheckSpec, result: CheckResult | undefined): void;
}

/** Judges every check, in order. Never rejects: what goes wrong while judging becomes the result `error` of that check, with the reason. */
export async function gradeScenario(request: GradeRequest): Promise<Report> {
  const ports = { ...request, drills: new RememberingDrills(request.drills) };
  const startedAt = timestamp(request.now());
  const checks: CheckResult[] = [];
  for (const check of request.checks) {
    request.onProgress?.(check, undefined);
    const result = toResult(check, await judge(check, ports));
    request.onProgress?.(check, result);
    checks.push(result);
  }
  return {
    apiVersion: 'lab/v1',
    kind: 'Report',
    scenario: request.scenario,
    backend: request.backend,
    startedAt,
    finishedAt: timestamp(request.now()),
    result: overallResult(checks),
    score: { earned: sum(checks.map(({ points }) => points.earned)), possible: sum(checks.map(({ points }) => points.possible)) },
    checks,
  };
}

async function judge(check: CheckSpec, ports: GradeRequest): Promise<Verdict> {
  try {
    if (check.resource) return await judgeResource(check.resource, ports.reader, ports);
    if (check.absent) return await judgeAbsent(check.absent, ports.reader, ports);
    if (check.timeline) return await judgeTimeline(check.timeline, ports.reader, ports.journal);
    if (check.drill) return await judgeDrill(check.drill, ports.drills);
    return notJudged('the check has no kind.');
  } catch (error) {
    return notJudged(error instanceof Error ? error.message : String(error));
  }
}

function toResult({ id, title, points, expected, why }: CheckSpec, { result, observed, evidence }: Verdict): CheckResult {
  return { id, title, result, points: { earned: result === 'passed' ? points : 0, possible: points }, observed, expected, why, evidence };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
