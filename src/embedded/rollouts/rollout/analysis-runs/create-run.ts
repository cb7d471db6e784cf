import type { AnalysisRun, Metric, RolloutAnalysis } from '../../../../kube/types/rollouts.ts';
import { equalJson } from '../../../../system/json.ts';
import { AnalysisProblem, buildAnalysisRunSpec, collectTemplates, resolveRolloutArgs } from '../../analysis/analysis-run-spec.ts';
import { ApiError, badRequest } from '../../../api/api-error.ts';
import { controllerReference, isControlledBy } from '../../../controllers/ownership.ts';
import { ANALYSIS_RUNS, HASH_LABEL, REVISION, ROLLOUT_TYPE, STEP_INDEX } from '../names.ts';
import { normalTemplate } from '../pod-template/go-template.ts';
import { hashOf } from '../replica-sets/replica-set-facts.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { isCompleted } from '../status/phase.ts';

export interface RunRole {
  /** Last part of the name; none for a background run. */
  infix?: string;
  type: 'PrePromotion' | 'PostPromotion' | 'Step' | 'Background';
  /** Of a canary's inline analysis. */
  stepIndex?: number;
}

/**
 * Starts an analysis of the new revision; an unfinished run of the same name and content is taken as the one that was to be started.
 * Throws when its templates or arguments don't fit together. Models createAnalysisRun and CreateWithCollisionCounter.
 */
export function createRun(pass: RolloutPass, analysis: RolloutAnalysis, role: RunRole): AnalysisRun {
  const draft = draftRun(pass, analysis, role);
  const baseName = draft.metadata.name;
  for (let collisions = 1; ; collisions += 1) {
    const run = tryToCreate(pass, draft);
    if (run) return run;
    draft.metadata.name = `${baseName}.${collisions}`;
  }
}

function draftRun(pass: RolloutPass, analysis: RolloutAnalysis, { infix, type, stepIndex }: RunRole): AnalysisRun {
  const { rollout, newRS } = pass;
  const hash = hashOf(newRS);
  const revision = rollout.metadata.annotations?.[REVISION] ?? '';
  const { labels, annotations } = analysis.analysisRunMetadata ?? {};
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: [rollout.metadata.name, hash, revision, ...(infix === undefined ? [] : [infix])].join('-'),
      namespace: pass.namespace,
      labels: {
        [HASH_LABEL]: hash,
        [ROLLOUT_TYPE]: type,
        ...(stepIndex !== undefined && { [STEP_INDEX]: String(stepIndex) }),
        ...labels,
        ...rollout.spec.selector?.matchLabels,
      },
      annotations: { [REVISION]: revision, ...annotations },
      ownerReferences: [controllerReference(rollout)],
    },
    spec: specFor(pass, analysis),
  };
}

function specFor({ tools, namespace, rollout, stableRS, newRS }: RolloutPass, analysis: RolloutAnalysis): AnalysisRun['spec'] {
  const sources = { rollout, stableHash: hashOf(stableRS), newHash: hashOf(newRS) };
  try {
    const spec = buildAnalysisRunSpec({
      templates: collectTemplates(tools.api, namespace, analysis.templates ?? []),
      args: resolveRolloutArgs(analysis.args ?? [], sources),
      dryRun: analysis.dryRun,
      measurementRetention: analysis.measurementRetention,
    });
    return { ...spec, metrics: spec.metrics.map(withNormalJob) };
  } catch (error) {
    if (error instanceof AnalysisProblem) throw badRequest(error.message);
    throw error;
  }
}

/** The metric with its Job as the controller, which reads it as a Job of Go's, writes it. */
function withNormalJob(metric: Metric): Metric {
  const { job } = metric.provider;
  if (!job?.spec) return metric;
  const spec = { ...job.spec, template: normalTemplate(job.spec.template) };
  return { ...metric, provider: { ...metric.provider, job: { ...job, metadata: job.metadata ?? {}, spec } } };
}

/** Undefined when the name belongs to another run. */
function tryToCreate({ tools, namespace, rollout }: RolloutPass, draft: AnalysisRun): AnalysisRun | undefined {
  try {
    return tools.api.create(ANALYSIS_RUNS, draft);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
  const existing = tools.api.get<AnalysisRun>(ANALYSIS_RUNS, namespace, draft.metadata.name);
  const isTheOne = existing && !isCompleted(existing.status?.phase) && isControlledBy(existing, rollout) && isSameAnalysis(existing, draft);
  return isTheOne ? existing : undefined;
}

/** Models utils/analysis IsSemanticallyEqual. */
function isSameAnalysis({ spec: a }: AnalysisRun, { spec: b }: AnalysisRun): boolean {
  const compared = ['metrics', 'dryRun', 'measurementRetention', 'args'] as const;
  return compared.every((field) => equalJson(a[field], b[field]));
}
