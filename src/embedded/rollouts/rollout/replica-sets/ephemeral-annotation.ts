import type { PodTemplateMetadata } from '../../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import { EPHEMERAL_METADATA } from '../names.ts';

interface LabelledMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** The metadata that the controller put into a ReplicaSet's template, as it noted there; undefined for none. */
export function injectedMetadata({ metadata }: ReplicaSet): PodTemplateMetadata | undefined {
  const text = metadata.annotations?.[EPHEMERAL_METADATA];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as PodTemplateMetadata;
  } catch {
    return undefined;
  }
}

/** A copy of a ReplicaSet with other role metadata in its template; undefined when it has exactly these. Models replicaset SyncReplicaSetEphemeralPodMetadata. */
export function withRoleMetadata(replicaSet: ReplicaSet, desired: PodTemplateMetadata | undefined): ReplicaSet | undefined {
  const copy = cloneJson(replicaSet);
  copy.spec.template.metadata ??= {};
  if (!applyRoleMetadata(copy.spec.template.metadata, injectedMetadata(replicaSet), desired)) return undefined;
  const annotations = { ...copy.metadata.annotations };
  if (desired) annotations[EPHEMERAL_METADATA] = JSON.stringify(inGoOrder(desired));
  else delete annotations[EPHEMERAL_METADATA];
  copy.metadata.annotations = annotations;
  return copy;
}

/** Puts role metadata into an object's metadata, in place, and takes out what was put in before; says whether that changed anything. Models replicaset SyncEphemeralPodMetadata. */
export function applyRoleMetadata(
  metadata: LabelledMetadata,
  existing: PodTemplateMetadata | undefined,
  desired: PodTemplateMetadata | undefined,
): boolean {
  let isChanged = false;
  for (const part of ['annotations', 'labels'] as const) {
    const values = { ...metadata[part] };
    for (const [key, value] of Object.entries(desired?.[part] ?? {})) {
      if (values[key] === value) continue;
      values[key] = value;
      isChanged = true;
    }
    for (const key of Object.keys(existing?.[part] ?? {})) {
      if (Object.hasOwn(desired?.[part] ?? {}, key) || !Object.hasOwn(values, key)) continue;
      delete values[key];
      isChanged = true;
    }
    if (metadata[part] || Object.keys(values).length > 0) metadata[part] = values;
  }
  return isChanged;
}

function inGoOrder({ labels, annotations }: PodTemplateMetadata): PodTemplateMetadata {
  return { ...(labels && { labels: sorted(labels) }), ...(annotations && { annotations: sorted(annotations) }) };
}

function sorted(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
