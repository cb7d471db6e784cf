import type { AnalysisPhase } from '../../../kube/types/rollouts.ts';

const BEST_TO_WORST: readonly (AnalysisPhase | '')[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];
const COMPLETED: ReadonlySet<string> = new Set<AnalysisPhase>(['Successful', 'Failed', 'Error', 'Inconclusive']);

/** Whether a run, a metric or a measurement has come to an end. */
export function isCompleted(phase: AnalysisPhase | '' | undefined): boolean {
  return phase !== undefined && COMPLETED.has(phase);
}

export function isWorse(phase: AnalysisPhase, than: AnalysisPhase): boolean {
  return BEST_TO_WORST.indexOf(phase) > BEST_TO_WORST.indexOf(than);
}

/** How the event about an end is marked. */
export function eventTypeOf(phase: AnalysisPhase): 'Normal' | 'Warning' {
  return phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal';
}
