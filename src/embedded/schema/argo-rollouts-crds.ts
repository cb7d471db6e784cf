import type { KubeObject } from '../../kube/types/meta.ts';
import { freezeJson } from '../../system/json.ts';
import { argoRolloutsCrdsJson } from './data/argo-rollouts-crds.ts';

let definitions: readonly KubeObject[] | undefined;

/**
 * The CustomResourceDefinitions of Argo Rollouts 1.10.1, without descriptions: Rollout, AnalysisRun, AnalysisTemplate, ClusterAnalysisTemplate
 * and Experiment. Frozen, for all clusters of a process share them.
 */
export function argoRolloutsCrds(): readonly KubeObject[] {
  definitions ??= freezeJson(expandAll());
  return definitions;
}

function expandAll(): KubeObject[] {
  const { parts, value } = JSON.parse(argoRolloutsCrdsJson) as { parts: unknown[]; value: unknown };
  const expanded: unknown[] = [];
  for (const part of parts) expanded.push(expand(part, expanded));
  return expand(value, expanded) as KubeObject[];
}

/** Puts shared parts where `{"&": n}` stands for them. */
function expand(value: unknown, parts: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => expand(item, parts));
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === '&' && typeof entries[0]![1] === 'number') return parts[entries[0]![1]];
  return Object.fromEntries(entries.map(([key, item]) => [key, expand(item, parts)]));
}
