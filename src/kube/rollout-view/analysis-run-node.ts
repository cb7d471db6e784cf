import { compare, revisionOf } from './ownership.ts';
import {
  BAD_ICON,
  OK_ICON,
  PROGRESSING_ICON,
  toned,
  UNKNOWN_ICON,
  WAITING_ICON,
  WARNING_ICON,
  type ToneText,
  type TreeNode,
} from './tree-node.ts';
import type { KubeObject } from '../types/meta.ts';
import type { AnalysisRun, MetricResult } from '../types/rollouts.ts';

const ICONS: Record<string, string> = {
  Successful: OK_ICON,
  Inconclusive: UNKNOWN_ICON,
  Failed: BAD_ICON,
  Error: WARNING_ICON,
  Running: PROGRESSING_ICON,
  Pending: WAITING_ICON,
};

/** An AnalysisRun with how its measurements went, and below it the Jobs that measured. */
export function analysisRunNode(run: AnalysisRun): TreeNode {
  const { phase = '', metricResults = [] } = run.status ?? {};
  const count = (key: 'successful' | 'failed' | 'inconclusive' | 'error'): number =>
    metricResults.reduce((sum, result) => sum + (result[key] ?? 0), 0);
  const counts: [string, number][] = [
    [OK_ICON, count('successful')],
    [BAD_ICON, count('failed')],
    [UNKNOWN_ICON, count('inconclusive')],
    [WARNING_ICON, count('error')],
  ];
  return {
    icon: 'α',
    name: toned(run.metadata.name, phase),
    kind: 'AnalysisRun',
    statusIcon: analysisIcon(phase),
    status: phase,
    createdAtMs: Date.parse(run.metadata.creationTimestamp ?? ''),
    info: counts
      .filter(([, amount]) => amount > 0)
      .map(([icon, amount]): ToneText[] => [toned(icon), { text: ` ${amount}`, tone: undefined }]),
    children: metricResults.flatMap(jobNodes),
  };
}

export function analysisIcon(phase: string): string {
  return ICONS[phase] ?? ' ';
}

/** Newest revision first; within a revision the older run first. */
export function byRevisionThenAge(a: KubeObject, b: KubeObject): number {
  return (
    revisionOf(b) - revisionOf(a) ||
    compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compare(b.metadata.name, a.metadata.name)
  );
}

function jobNodes({ measurements = [] }: MetricResult): TreeNode[] {
  return measurements.flatMap(({ phase, startedAt, metadata }): TreeNode[] => {
    const job = metadata?.['job-name'];
    if (job === undefined) return [];
    return [
      {
        icon: '⊞',
        name: toned(job, phase),
        kind: 'Job',
        statusIcon: analysisIcon(phase),
        status: phase,
        ...(startedAt !== undefined && { createdAtMs: Date.parse(startedAt) }),
        info: [],
        children: [],
      },
    ];
  });
}
