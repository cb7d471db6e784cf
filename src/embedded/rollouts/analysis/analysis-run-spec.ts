import type { AnalysisRun, AnalysisTemplate, TemplateArgument } from '../../../kube/types/rollouts.ts';
import type { ApiClient } from '../../api/client.ts';
import { AnalysisProblem } from './analysis-problem.ts';

export { AnalysisProblem } from './analysis-problem.ts';
export { resolveRolloutArgs } from './rollout-arguments.ts';

export type AnalysisRunSpec = AnalysisRun['spec'];
/** An AnalysisTemplate or a ClusterAnalysisTemplate. */
export type AnalysisTemplateLike = AnalysisTemplate;

export interface TemplateReference {
  templateName?: string;
  clusterScope?: boolean;
}

type DryRunRule = NonNullable<AnalysisRunSpec['dryRun']>[number];
type RetentionRule = NonNullable<AnalysisRunSpec['measurementRetention']>[number];

export interface AnalysisRunSpecParts {
  templates: readonly AnalysisTemplateLike[];
  /** What the Rollout gives; names that no template declares are ignored. */
  args?: readonly TemplateArgument[] | undefined;
  dryRun?: readonly DryRunRule[] | undefined;
  measurementRetention?: readonly RetentionRule[] | undefined;
}

const TEMPLATES = 'analysistemplates.argoproj.io';
const CLUSTER_TEMPLATES = 'clusteranalysistemplates.argoproj.io';
const CLUSTER_KIND = 'ClusterAnalysisTemplate';

/**
 * The templates that the references lead to, those that they name in turn included; each once, the namespace's before the cluster's.
 * Throws an AnalysisProblem when one is missing. Models rollout/controller.go getReferencedAnalysisTemplatesFromRef; templates that
 * name each other in a circle, which bring the real controller down, count once.
 */
export function collectTemplates(
  api: ApiClient,
  namespace: string,
  references: readonly TemplateReference[],
  path?: string,
): AnalysisTemplateLike[] {
  const found = new Map<string, AnalysisTemplateLike>();
  collect(references, path);
  const templates = [...found.values()];
  return [...templates.filter(({ kind }) => kind !== CLUSTER_KIND), ...templates.filter(({ kind }) => kind === CLUSTER_KIND)];

  function collect(nested: readonly TemplateReference[], nestedPath: string | undefined): void {
    for (const { templateName = '', clusterScope = false } of nested) {
      const key = `${clusterScope}/${templateName}`;
      if (found.has(key)) continue;
      const template = clusterScope
        ? api.get<AnalysisTemplate>(CLUSTER_TEMPLATES, undefined, templateName)
        : api.get<AnalysisTemplate>(TEMPLATES, namespace, templateName);
      if (!template) throw missing(templateName, clusterScope, nestedPath);
      found.set(key, template);
      collect(template.spec.templates ?? [], path && 'spec.templates');
    }
  }
}

function missing(name: string, clusterScope: boolean, path: string | undefined): AnalysisProblem {
  const kind = clusterScope ? CLUSTER_KIND : 'AnalysisTemplate';
  return new AnalysisProblem(`${kind} '${name}' not found`, path === undefined ? undefined : { path, value: name });
}

/**
 * The spec of an AnalysisRun: all metrics of the templates, their arguments with the given values in them, and the merged rules.
 * Throws an AnalysisProblem for metrics or rules of one name, arguments that disagree, and arguments without a value.
 * Models utils/analysis NewAnalysisRunFromTemplates.
 */
export function buildAnalysisRunSpec({
  templates,
  args = [],
  dryRun = [],
  measurementRetention = [],
}: AnalysisRunSpecParts): AnalysisRunSpec {
  const metrics = templates.flatMap(({ spec }) => spec.metrics ?? []);
  refuseSameName(metrics, ({ name }) => name, 'metrics have');
  const templateDryRun = uniqueRules(
    templates.flatMap(({ spec }) => spec.dryRun ?? []),
    'Dry-Run',
  );
  const templateRetention = uniqueRules(
    templates.flatMap(({ spec }) => spec.measurementRetention ?? []),
    'Measurement Retention',
  );
  const declared = flattenArgs(templates);
  const merged = mergeArgs(args, declared);
  const allDryRun = uniqueRules([...dryRun, ...templateDryRun], 'Dry-Run');
  const allRetention = uniqueRules([...measurementRetention, ...templateRetention], 'Measurement Retention');
  return {
    metrics,
    ...(merged.length > 0 && { args: merged }),
    ...(allDryRun.length > 0 && { dryRun: allDryRun }),
    ...(allRetention.length > 0 && { measurementRetention: allRetention }),
  };
}

function uniqueRules<T extends { metricName: string }>(rules: T[], what: string): T[] {
  refuseSameName(rules, ({ metricName }) => metricName, `${what} metric rules have`);
  return rules;
}

function refuseSameName<T>(items: readonly T[], nameOf: (item: T) => string, what: string): void {
  const seen = new Set<string>();
  for (const name of items.map(nameOf)) {
    if (seen.has(name)) throw new AnalysisProblem(`two ${what} the same name '${name}'`);
    seen.add(name);
  }
}

/** Two templates may declare one argument, if at most one value is named. */
function flattenArgs(templates: readonly AnalysisTemplateLike[]): TemplateArgument[] {
  const byName = new Map<string, TemplateArgument>();
  for (const arg of templates.flatMap(({ spec }) => spec.args ?? [])) {
    const earlier = byName.get(arg.name);
    if (earlier?.value !== undefined && arg.value !== undefined && earlier.value !== arg.value) {
      throw new AnalysisProblem(
        `Argument \`${arg.name}\` specified multiple times with different values: '${earlier.value}', '${arg.value}'`,
      );
    }
    if (earlier?.value === undefined) byName.set(arg.name, arg);
  }
  return [...byName.values()];
}

/** A given value leaves the template's valueFrom in place, as the real one does. */
function mergeArgs(given: readonly TemplateArgument[], declared: readonly TemplateArgument[]): TemplateArgument[] {
  const merged = declared.map((arg) => ({ ...arg }));
  for (const { name, value, valueFrom } of given) {
    const arg = merged.find((candidate) => candidate.name === name);
    if (!arg) continue;
    if (value !== undefined) arg.value = value;
    else if (valueFrom) arg.valueFrom = valueFrom;
  }
  for (const { name, value, valueFrom } of merged) {
    if (value === undefined && !valueFrom) throw new AnalysisProblem(`args.${name} was not resolved`);
  }
  return merged;
}
