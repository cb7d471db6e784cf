import type { KubeObject } from '../../../../kube/types/meta.ts';
import type { AnalysisRun, Metric } from '../../../../kube/types/rollouts.ts';
import { equalJson } from '../../../../system/json.ts';
import type { ApiClient } from '../../../api/client.ts';
import { createOrAdopt } from '../create-or-adopt.ts';
import { ANALYSIS_RUNS } from '../names.ts';
import { normalTemplate } from '../pod-template/go-template.ts';

/** Creates a run for its owner; one of the same name is taken if it is the owner's, unfinished and of the same content, else a number is put after the name. Models CreateWithCollisionCounter. */
export function createOrAdoptRun(api: ApiClient, owner: KubeObject, draft: AnalysisRun): AnalysisRun {
  return createOrAdopt(api, owner, { resource: ANALYSIS_RUNS, draft, separator: '.', isSame: isSameAnalysis });
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

/** Models utils/analysis IsSemanticallyEqual. */
function isSameAnalysis({ spec: a }: AnalysisRun, { spec: b }: AnalysisRun): boolean {
  const compared = ['metrics', 'dryRun', 'measurementRetention', 'args'] as const;
  return compared.every((field) => equalJson(a[field], b[field]));
}
