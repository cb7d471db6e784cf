import type { KubeObject } from '../../../../kube/types/meta.ts';
import type { AnalysisRun, Metric } from '../../../../kube/types/rollouts.ts';
import { equalJson } from '../../../../system/json.ts';
import { ApiError } from '../../../api/api-error.ts';
import type { ApiClient } from '../../../api/client.ts';
import { isControlledBy } from '../../../controllers/ownership.ts';
import { ANALYSIS_RUNS } from '../names.ts';
import { normalTemplate } from '../pod-template/go-template.ts';
import { isCompleted } from '../status/phase.ts';

/** Creates a run for its owner; one of the same name is taken if it is the owner's, unfinished and of the same content, else a number is put after the name. Models CreateWithCollisionCounter. */
export function createOrAdoptRun(api: ApiClient, owner: KubeObject, draft: AnalysisRun): AnalysisRun {
  const baseName = draft.metadata.name;
  for (let collisions = 1; ; collisions += 1) {
    const run = tryToCreate(api, owner, draft);
    if (run) return run;
    draft.metadata.name = `${baseName}.${collisions}`;
  }
}

/** The spec with its Jobs as the controller, which reads them as Jobs of Go's, writes them. */
export function withNormalJobs(spec: AnalysisRun['spec']): AnalysisRun['spec'] {
  return { ...spec, metrics: spec.metrics.map(withNormalJob) };
}

function withNormalJob(metric: Metric): Metric {
  const { job } = metric.provider;
  if (!job?.spec) return metric;
  const spec = { ...job.spec, template: normalTemplate(job.spec.template) };
  return { ...metric, provider: { ...metric.provider, job: { ...job, metadata: job.metadata ?? {}, spec } } };
}

/** Undefined when the name belongs to another run. */
function tryToCreate(api: ApiClient, owner: KubeObject, draft: AnalysisRun): AnalysisRun | undefined {
  try {
    return api.create(ANALYSIS_RUNS, draft);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
  const existing = api.get<AnalysisRun>(ANALYSIS_RUNS, draft.metadata.namespace, draft.metadata.name);
  const isTheOne = existing && !isCompleted(existing.status?.phase) && isControlledBy(existing, owner) && isSameAnalysis(existing, draft);
  return isTheOne ? existing : undefined;
}

/** Models utils/analysis IsSemanticallyEqual. */
function isSameAnalysis({ spec: a }: AnalysisRun, { spec: b }: AnalysisRun): boolean {
  const compared = ['metrics', 'dryRun', 'measurementRetention', 'args'] as const;
  return compared.every((field) => equalJson(a[field], b[field]));
}
