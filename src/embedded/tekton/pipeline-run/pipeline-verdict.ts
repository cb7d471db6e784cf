import type { Verdict } from '../conditions.ts';
import { formatDuration } from '../durations.ts';
import type { PipelineState } from './pipeline-state.ts';

export interface VerdictFacts {
  name: string;
  /** `spec.status` of the run. */
  asked: string | undefined;
  /** The run's whole time is over, or that of its tasks, in milliseconds. */
  overdue?: { of: 'pipeline' | 'tasks'; limitMs: number } | undefined;
}

/** What the run of a pipeline says of itself. Models GetPipelineConditionStatus. */
export function verdictOfPipeline(state: PipelineState, { name, asked, overdue }: VerdictFacts): Verdict {
  if (overdue) {
    const why = overdue.of === 'tasks' ? 'failed due to tasks failed to finish' : 'failed to finish';
    return {
      status: 'False',
      reason: 'PipelineRunTimeout',
      message: `PipelineRun "${name}" ${why} within "${formatDuration(overdue.limitMs)}"`,
    };
  }
  const counts = state.counts();
  const { failed, ignoredFailed, cancelled, skipped, incomplete } = counts;
  const completed = counts.succeeded + failed + cancelled + ignoredFailed;
  if (incomplete === 0) return finalVerdict(state, { name, asked });
  const message = `Tasks Completed: ${completed} (Failed: ${failed}, Cancelled ${cancelled}), Incomplete: ${incomplete}, Skipped: ${skipped}`;
  return { status: 'Unknown', reason: reasonWhileRunning(state, asked), message };
}

function reasonWhileRunning(state: PipelineState, asked: string | undefined): string {
  const { failed, cancelled } = state.counts();
  if (asked === 'CancelledRunFinally') return 'CancelledRunningFinally';
  if (asked === 'StoppedRunFinally') return 'StoppedRunningFinally';
  return cancelled > 0 || (failed > 0 && state.areFinalTasksOver) ? 'PipelineRunStopping' : 'Running';
}

function finalVerdict(state: PipelineState, { name, asked }: VerdictFacts): Verdict {
  const { succeeded, failed, ignoredFailed, cancelled, skipped, skippedDueToTimeout, validationFailed } = state.counts();
  const completed = succeeded + failed + cancelled + ignoredFailed;
  const ignored = ignoredFailed > 0 ? ` (Ignored: ${ignoredFailed})` : '';
  const invalid = validationFailed > 0 ? `, Failed Validation: ${validationFailed}` : '';
  const message = `Tasks Completed: ${completed} (Failed: ${failed + ignoredFailed}${ignored}, Cancelled ${cancelled}), Skipped: ${skipped}${invalid}`;
  if (validationFailed > 0) return { status: 'False', reason: 'PipelineValidationFailed', message };
  if (failed > 0 || skippedDueToTimeout > 0) return { status: 'False', reason: 'Failed', message };
  if (asked === 'CancelledRunFinally' || asked === 'StoppedRunFinally')
    return { status: 'False', reason: 'Cancelled', message: `PipelineRun "${name}" was cancelled` };
  if (cancelled > 0) return { status: 'False', reason: 'Cancelled', message };
  return { status: 'True', reason: skipped > 0 ? 'Completed' : 'Succeeded', message };
}
