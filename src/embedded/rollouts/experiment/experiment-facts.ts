import type { Experiment, ExperimentStatus, ExperimentTemplate, ExperimentTemplatePhase } from '../../../kube/types/rollouts.ts';
import { isCompleted } from '../analysis/analysis-phase.ts';
import { DurationError, parseGoDuration } from '../analysis/go-duration.ts';

/** What follows from an Experiment's spec and status alone. Models utils/experiment and the defaults of utils/defaults. */

const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;
const DEFAULT_SCALE_DOWN_DELAY_SECONDS = 30;

export function progressDeadlineSeconds({ spec }: Experiment): number {
  return spec.progressDeadlineSeconds ?? DEFAULT_PROGRESS_DEADLINE_SECONDS;
}

export function scaleDownDelaySeconds({ spec }: Experiment): number {
  return spec.scaleDownDelaySeconds ?? DEFAULT_SCALE_DOWN_DELAY_SECONDS;
}

/** Whether an experiment is over, or about to be: nothing new is started, and what runs is ended. */
export function isTerminating(experiment: Experiment): boolean {
  const { spec, status = {} } = experiment;
  if (spec.terminate || isCompleted(status.phase)) return true;
  if (status.templateStatuses?.some(({ status: phase }) => phase === 'Failed' || phase === 'Error')) return true;
  if (status.analysisRuns?.some(({ phase }) => isCompleted(phase) && phase !== 'Successful')) return true;
  return areRequiredRunsSuccessful(experiment, status);
}

export function hasRequiredRuns({ spec }: Experiment): boolean {
  return (spec.analyses ?? []).some(({ requiredForCompletion }) => requiredForCompletion);
}

/** Whether there are analyses without which the experiment does not end, and all of them have passed. */
export function areRequiredRunsSuccessful(experiment: Experiment, { analysisRuns = [] }: ExperimentStatus): boolean {
  const required = (experiment.spec.analyses ?? []).filter(({ requiredForCompletion }) => requiredForCompletion);
  return required.length > 0 && required.every(({ name }) => analysisRuns.find((run) => run.name === name)?.phase === 'Successful');
}

/** How long until the duration is over, negative once it is; undefined while it does not count: without pods, or without a duration that can be read. */
export function untilEndMs({ spec, status }: Experiment, nowMs: number): number | undefined {
  const durationMs = spec.duration ? readDurationMs(spec.duration) : undefined;
  if (!status?.availableAt || durationMs === undefined) return undefined;
  return Date.parse(status.availableAt) + durationMs - nowMs;
}

/** Milliseconds of a duration; undefined for what is none. */
export function readDurationMs(duration: string): number | undefined {
  try {
    return parseGoDuration(duration);
  } catch (error) {
    if (error instanceof DurationError) return undefined;
    throw error;
  }
}

export function isDurationOver(experiment: Experiment, nowMs: number): boolean {
  return (untilEndMs(experiment, nowMs) ?? 0) < 0;
}

/** How many pods a template is to have now. Models CalculateTemplateReplicasCount. */
export function wantedReplicas(experiment: Experiment, { name, replicas }: ExperimentTemplate): number {
  const found = experiment.status?.templateStatuses?.find((template) => template.name === name);
  return isTerminating(experiment) || isTemplateCompleted(found?.status) ? 0 : (replicas ?? 1);
}

export function isTemplateCompleted(phase: ExperimentTemplatePhase | undefined): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error';
}
