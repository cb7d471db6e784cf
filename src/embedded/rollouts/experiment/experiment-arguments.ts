import type { TemplateArgument } from '../../../kube/types/rollouts.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { AnalysisProblem } from '../analysis/analysis-problem.ts';
import { HASH_LABEL } from '../rollout/names.ts';
import { readDurationMs } from './experiment-facts.ts';
import type { ExperimentPass } from './experiment-pass.ts';

/**
 * The arguments of an analysis with what they ask of the experiment in them: `{{templates.x.podTemplateHash}}`, `{{experiment.availableAt}}`.
 * Throws an AnalysisProblem for a tag that nothing answers. Models ResolveAnalysisRunArgs; as there, a valueFrom is dropped.
 */
export function resolveExperimentArgs(pass: ExperimentPass, args: readonly TemplateArgument[]): TemplateArgument[] {
  const values = valuesByTag(pass);
  return args.map(({ name, value }) => ({ name, ...(value !== undefined && { value: replaceTags(value, values) }) }));
}

function valuesByTag({ experiment, replicaSets }: ExperimentPass): Map<string, string> {
  const values = new Map<string, string>();
  const { status, spec } = experiment;
  if (status?.availableAt) {
    values.set('experiment.availableAt', status.availableAt);
    const durationMs = spec.duration ? readDurationMs(spec.duration) : undefined;
    if (durationMs !== undefined) values.set('experiment.finishedAt', toSecondsTimestamp(Date.parse(status.availableAt) + durationMs));
  }
  for (const [template, { metadata }] of replicaSets) {
    values.set(`templates.${template}.podTemplateHash`, metadata.labels?.[HASH_LABEL] ?? '');
    values.set(`templates.${template}.replicaset.name`, metadata.name);
  }
  return values;
}

/** Of several tags without an answer the last is complained about. */
function replaceTags(text: string, values: ReadonlyMap<string, string>): string {
  let unresolved: string | undefined;
  const replaced = text.replace(/\{\{(.*?)\}\}/gs, (_, tag: string) => {
    const value = values.get(tag.trim());
    if (value === undefined) unresolved = tag;
    return value ?? '';
  });
  if (unresolved !== undefined) throw new AnalysisProblem(`failed to resolve {{${unresolved}}}`);
  return replaced;
}
