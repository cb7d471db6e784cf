import type { AnalysisRun } from '../../src/kube/types/rollouts.ts';
import { withoutPullError } from './names.ts';

/** What a version of an AnalysisRun changed: what the Rollout controller wrote, and what the analysis controller did. */
export function describeAnalysisRun(previous: AnalysisRun | undefined, run: AnalysisRun): { byRollout: string[]; byAnalysis: string[] } {
  const { metadata, spec } = run;
  const byRollout: string[] = [];
  if (!previous) byRollout.push(`AnalysisRun ${metadata.name} created (${metadata.labels?.['rollout-type'] ?? ''})`);
  if (spec['terminate'] !== previous?.spec['terminate'])
    byRollout.push(`AnalysisRun ${metadata.name} terminate ${String(spec['terminate'])}`);
  const [before, after] = [previous ? describeStatus(previous) : '', describeStatus(run)];
  return { byRollout, byAnalysis: before === after || after === '' ? [] : [after] };
}

function describeStatus({ status }: AnalysisRun): string {
  if (!status?.phase) return '';
  const { phase, message, metricResults = [] } = status;
  const metrics = metricResults.map((result) => {
    const counts = (['count', 'successful', 'failed', 'inconclusive', 'error', 'consecutiveError'] as const)
      .filter((name) => result[name])
      .map((name) => `${name} ${String(result[name])}`);
    const measurements = (result.measurements ?? []).map(({ phase: verdict, message: why, value }) =>
      [verdict, value && `value ${value}`, why && `(${withoutPullError(why)})`].filter(Boolean).join(' '),
    );
    const parts = [`${result.name}${result.dryRun ? ' (dry)' : ''} ${result.phase ?? '-'}`, ...counts];
    return `${parts.join(' ')}${result.message ? ` (${withoutPullError(result.message)})` : ''} [${measurements.join('; ')}]`;
  });
  return [`${phase}${message ? ` (${withoutPullError(message)})` : ''}`, ...metrics].join(' | ');
}
