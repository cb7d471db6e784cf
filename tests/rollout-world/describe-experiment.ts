import type { Experiment, ExperimentSpec } from '../../src/kube/types/rollouts.ts';
import { equalJson } from '../../src/system/json.ts';
import type { EventObject } from './history.ts';

/**
 * What a version of an Experiment changed: what the Rollout controller or a person wrote, and what the experiment controller says. Counts of
 * pods and which of the templates have theirs are left out, since pods come up in any order, and so is whether a run is seen to have begun,
 * which is between two controllers. So is the name of a template's Service, which the real one may take back for a moment.
 */
export function describeExperiment(
  previous: Experiment | undefined,
  experiment: Experiment,
): { byRollout: string[]; byExperiment: string[] } {
  const { metadata, spec } = experiment;
  const byRollout: string[] = [];
  if (!previous) byRollout.push(`Experiment ${metadata.name} created (${describeSpec(spec)})`);
  if (spec.terminate !== previous?.spec.terminate) byRollout.push(`Experiment ${metadata.name} terminate ${String(spec.terminate)}`);
  const [before, after] = [previous ? describeStatus(previous) : [], describeStatus(experiment)];
  return { byRollout, byExperiment: equalJson(before, after) || after.length === 0 ? [] : [after.join(' | ')] };
}

function describeSpec({ templates, analyses = [], duration, progressDeadlineSeconds, scaleDownDelaySeconds }: ExperimentSpec): string {
  const parts = [
    ...(duration === undefined ? [] : [`duration ${duration}`]),
    ...(progressDeadlineSeconds === undefined ? [] : [`progressDeadlineSeconds ${progressDeadlineSeconds}`]),
    ...(scaleDownDelaySeconds === undefined ? [] : [`scaleDownDelaySeconds ${scaleDownDelaySeconds}`]),
    ...templates.map((template) => `template ${sortedJson(template)}`),
    ...analyses.map((analysis) => `analysis ${sortedJson(analysis)}`),
  ];
  return parts.join('; ');
}

function describeStatus({ status }: Experiment): string[] {
  if (!status?.phase) return [];
  const { phase, message, availableAt, templateStatuses = [], analysisRuns = [], conditions = [] } = status;
  return [
    `${phase}${message ? ` (${message})` : ''}${availableAt ? ' available' : ''}`,
    ...templateStatuses.map(({ name, status: said, message: why }) =>
      [name, isDecided(said) && said, why && `(${why})`].filter(Boolean).join(' '),
    ),
    ...analysisRuns.map(({ name, analysisRun, phase: verdict, message: why }) =>
      [name, analysisRun, isDecided(verdict) && verdict, why && `(${why})`].filter(Boolean).join(' '),
    ),
    ...conditions.map(({ type, status: value, reason }) => `${type}:${value}/${reason ?? ''}`),
  ];
}

/** What was told of an experiment, without repeats: it may be told twice what its controller's cache had not yet heard of. */
export function describeExperimentEvent({ reason, message, type, count = 1 }: EventObject): string[] {
  const isAboutRun = message.startsWith('AnalysisRun ');
  if (count > 1 || (isAboutRun && !isDecided(reason.slice('AnalysisRun'.length)))) return [];
  const plain = isAboutRun ? message.replace(/ transitioned from \w* -> /, ' transitioned to ') : message;
  return [`${type === 'Warning' ? 'Warning ' : ''}${reason}: ${plain}`];
}

function isDecided(phase = ''): boolean {
  return !['', 'Pending', 'Progressing', 'Running'].includes(phase);
}

/** JSON with its keys in order. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
