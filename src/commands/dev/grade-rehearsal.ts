import { gradeScenario, type CheckResult, type Report } from '../../../grader/index.ts';
import type { RehearsalCluster } from '../../backends/embedded/rehearsal.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import type { GradePorts } from '../judge-states.ts';
import type { Deviation } from './deviation.ts';

/** Grades a cluster in memory; all checks, or those that are named. */
export function gradeRehearsal({ id, scenario }: LoadedScenario, cluster: RehearsalCluster, only?: readonly string[]): Promise<Report> {
  const checks = scenario.spec.checks.filter((check) => only?.includes(check.id) ?? true);
  return gradeScenario({ ...portsOf(cluster), scenario: id, checks });
}

/** What a cluster in memory is judged by. */
export function portsOf(cluster: RehearsalCluster): GradePorts {
  const { reader, journal, drills, session } = cluster;
  return { backend: 'embedded', reader, journal, drills, now: () => cluster.now(), sleep: (delayMs) => session.elapse(delayMs) };
}

/** Where the results are not as wanted: exactly these checks fail, and all others pass. */
export function compareResults(report: Report, mustFail: readonly string[]): Deviation[] {
  return report.checks.flatMap((check) => {
    const wanted = mustFail.includes(check.id) ? 'failed' : 'passed';
    return check.result === wanted ? [] : [unwanted(check, wanted)];
  });
}

function unwanted(check: CheckResult, wanted: string): Deviation {
  return { expected: `${check.id}: ${wanted}`, found: `${check.id}: ${describeResult(check)}` };
}

/** A result with what was observed and what shows it. */
export function describeResult({ result, observed, evidence }: CheckResult): string {
  const shown = evidence.map(({ at, object, text }) => `\n  ${[at, object, text].filter((part) => part !== undefined).join('  ')}`);
  return `${result}. ${observed}${shown.join('')}`;
}
