import type { Service } from '../../../../kube/types/core.ts';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import type { ApiClient } from '../../../api/client.ts';
import { invalidValue } from '../../../schema/field-causes.ts';
import { AnalysisProblem } from '../../analysis/analysis-problem.ts';
import { referencedAnalyses, validateAnalysisTemplates, type ReferencedAnalysis } from '../../analysis/template-validation.ts';
import { HASH_LABEL, MANAGED_BY, SERVICES } from '../names.ts';

interface NamedService {
  field: string;
  service: Service;
}

/** The first thing that is wrong with the Services and templates that a Rollout names: whether they are there comes before what they are like. Models getRolloutReferencedResources and ValidateRolloutReferencedResources. */
export function problemWithReferences(api: ApiClient, rollout: Rollout): string | undefined {
  const services: NamedService[] = [];
  for (const { field, name } of serviceNames(rollout)) {
    const service = api.get<Service>(SERVICES, rollout.metadata.namespace, name);
    if (!service) return text(field, name, `service "${name}" not found`);
    services.push({ field, service });
  }
  const analyses = findAnalyses(api, rollout);
  if (analyses instanceof AnalysisProblem) return analyses.fieldError;
  return problemWithServices(rollout, services) ?? validateAnalysisTemplates(rollout, analyses)?.fieldError;
}

function serviceNames({ spec }: Rollout): { field: string; name: string }[] {
  const { blueGreen, canary } = spec.strategy ?? {};
  const named = blueGreen
    ? { 'blueGreen.activeService': blueGreen.activeService, 'blueGreen.previewService': blueGreen.previewService }
    : { 'canary.stableService': canary?.stableService, 'canary.canaryService': canary?.canaryService };
  return Object.entries(named).flatMap(([field, name]) => (name ? [{ field: `spec.strategy.${field}`, name }] : []));
}

function findAnalyses(api: ApiClient, rollout: Rollout): ReferencedAnalysis[] | AnalysisProblem {
  try {
    return referencedAnalyses(api, rollout);
  } catch (error) {
    if (error instanceof AnalysisProblem) return error;
    throw error;
  }
}

function problemWithServices(rollout: Rollout, services: readonly NamedService[]): string | undefined {
  const labels = rollout.spec.template?.metadata?.labels ?? {};
  for (const { field, service } of services) {
    const { name, annotations = {} } = service.metadata;
    const strange = Object.entries(service.spec.selector ?? {}).find(([key, value]) => key !== HASH_LABEL && labels[key] !== value);
    if (strange) return text(field, name, `Service "${name}" has unmatch label "${strange[0]}" in rollout`);
    const manager = annotations[MANAGED_BY];
    if (manager !== undefined && manager !== rollout.metadata.name)
      return text(field, name, `Service "${name}" is managed by another Rollout`);
  }
  return undefined;
}

function text(field: string, value: string, detail: string): string {
  return `${field}: ${invalidValue(field, value, detail).message}`;
}
