import type { AnalysisTemplateSpec, Rollout, RolloutAnalysis, TemplateArgument } from '../../../kube/types/rollouts.ts';
import type { ApiClient } from '../../api/client.ts';
import { AnalysisProblem } from './analysis-problem.ts';
import { buildAnalysisRunSpec, collectTemplates, type AnalysisTemplateLike } from './analysis-run-spec.ts';
import { effectiveCount } from './metric-limits.ts';
import { resolveLeniently } from './rollout-arguments.ts';
import { resolveMetric } from './template-arguments.ts';

/** Stands for values that are known only when the analysis runs. */
const PLACEHOLDER = 'dummy-value';

/** An analysis that a Rollout names, with its templates. */
export interface ReferencedAnalysis {
  /** Where its templates are named. */
  path: string;
  isBackground: boolean;
  analysis: RolloutAnalysis;
  templates: AnalysisTemplateLike[];
}

/**
 * The analyses of a Rollout with their templates; throws an AnalysisProblem with a field when a template is missing.
 * In the controller this comes after the Services were found and before they are validated.
 */
export function referencedAnalyses(api: ApiClient, rollout: Rollout): ReferencedAnalysis[] {
  const namespace = rollout.metadata.namespace!;
  return analysesOf(rollout).map((named) => ({
    ...named,
    templates: collectTemplates(api, namespace, named.analysis.templates ?? [], named.path),
  }));
}

function analysesOf({ spec }: Rollout): Omit<ReferencedAnalysis, 'templates'>[] {
  const { blueGreen, canary } = spec.strategy ?? {};
  const found: Omit<ReferencedAnalysis, 'templates'>[] = [];
  const note = (field: string, analysis: RolloutAnalysis | undefined, isBackground = false): void => {
    if (analysis) found.push({ path: `spec.strategy.${field}.templates`, isBackground, analysis });
  };
  if (blueGreen) {
    note('blueGreen.prePromotionAnalysis', blueGreen.prePromotionAnalysis);
    note('blueGreen.postPromotionAnalysis', blueGreen.postPromotionAnalysis);
  } else if (canary) {
    (canary.steps ?? []).forEach(({ analysis }, index) => note(`canary.steps[${index}].analysis`, analysis));
    note('canary.analysis', canary.analysis, true);
  }
  return found;
}

/** The first thing that is wrong with the analyses of a Rollout, with its field. Models pkg/apis/rollouts/validation ValidateAnalysisTemplatesWithType. */
export function validateAnalysisTemplates(rollout: Rollout, analyses: readonly ReferencedAnalysis[]): AnalysisProblem | undefined {
  for (const analysis of analyses) {
    const problem = validateAnalysis(rollout, analysis);
    if (problem) return problem;
  }
  return undefined;
}

function validateAnalysis(rollout: Rollout, referenced: ReferencedAnalysis): AnalysisProblem | undefined {
  const { path, templates, isBackground } = referenced;
  const names = templates.map(({ metadata }) => metadata.name).join(' ');
  const unbuildable = problemOf(() => tryToBuild(rollout, referenced));
  if (unbuildable) return new AnalysisProblem(unbuildable.message, { path, value: `templateNames: [${names}]` });
  for (const { metadata, spec } of templates) {
    const message = isBackground ? missingBackgroundArg(rollout, spec) : problemOfMetrics(metadata.name, spec);
    if (message !== undefined) return new AnalysisProblem(message, { path, value: metadata.name });
  }
  return undefined;
}

/** Builds the run as it is and, as the real one does, once more with the rules of every canary step. */
function tryToBuild(rollout: Rollout, { analysis, templates }: ReferencedAnalysis): void {
  const sources = { rollout, stableHash: 'dummy-stable-hash', newHash: 'dummy-new-hash' };
  const args = resolveLeniently(analysis.args ?? [], sources).resolved;
  buildAnalysisRunSpec({ templates, args });
  for (const { analysis: step } of rollout.spec.strategy?.canary?.steps ?? []) {
    if (step) buildAnalysisRunSpec({ templates, args, dryRun: step.dryRun, measurementRetention: step.measurementRetention });
  }
}

/** A metric may only use what its own template declares, and must come to an end. */
function problemOfMetrics(name: string, { metrics = [], args = [] }: AnalysisTemplateSpec): string | undefined {
  const both = args.find(({ value, valueFrom }) => valueFrom && value !== undefined);
  if (both) return `AnalysisTemplate ${name}: arg '${both.name}' has both Value and ValueFrom fields`;
  const placeholders = args.map((arg): TemplateArgument => ({ name: arg.name, value: arg.value ?? PLACEHOLDER }));
  const unresolved = problemOf(() => metrics.map((metric) => resolveMetric(metric, placeholders)));
  if (unresolved) return `AnalysisTemplate ${name}: ${unresolved.message}`;
  const endless = metrics.map((metric) => resolveMetric(metric, placeholders)).find((metric) => effectiveCount(metric) === undefined);
  if (!endless) return undefined;
  return `AnalysisTemplate ${name} has metric ${endless.name} which runs indefinitely. Invalid value for count: ${endless.count ?? '<nil>'}`;
}

function missingBackgroundArg(rollout: Rollout, { args = [] }: AnalysisTemplateSpec): string | undefined {
  const given = rollout.spec.strategy?.canary?.analysis?.args;
  for (const { name, value, valueFrom } of args) {
    if (value !== undefined || valueFrom) continue;
    if (!given) return 'missing analysis arguments in rollout spec';
    if (!given.some((arg) => arg.name === name)) return name;
  }
  return undefined;
}

function problemOf(attempt: () => unknown): AnalysisProblem | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof AnalysisProblem) return error;
    throw error;
  }
}
