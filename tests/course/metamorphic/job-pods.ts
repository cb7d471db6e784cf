import type { KubeObject } from '../../../src/kube/types/meta.ts';
import { at, isFields, listAt, type Fields } from './walk.ts';

/** The metrics of an AnalysisTemplate, be it the cluster's. */
export function metricsOf(object: KubeObject): Fields[] {
  return /^(Cluster)?AnalysisTemplate$/.test(object.kind) ? listAt(object, 'spec', 'metrics') : [];
}

/** The specs of the Jobs that an object makes. */
export function jobSpecsOf(object: KubeObject): Fields[] {
  const specs = metricsOf(object).map((metric) => at(metric, 'provider', 'job', 'spec'));
  return [...specs, ...(object.kind === 'CronJob' ? [at(object, 'spec', 'jobTemplate', 'spec')] : [])].filter(isFields);
}

/** The specs of the pods that do a Job's work. */
export function jobPodsOf(object: KubeObject): Fields[] {
  return jobSpecsOf(object)
    .map((spec) => at(spec, 'template', 'spec'))
    .filter(isFields);
}

export function containersOf(pod: Fields): Fields[] {
  return [...listAt(pod, 'initContainers'), ...listAt(pod, 'containers')];
}
