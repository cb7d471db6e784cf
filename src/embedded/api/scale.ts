import type { KubeObject, LabelSelector } from '../../kube/types/meta.ts';
import { cloneJson, setOwn } from '../../system/json.ts';
import { badRequest, conflict, invalid, unknownPath } from './api-error.ts';
import type { ApiRequest } from './request.ts';
import type { ResourceDefinition, ScalePaths } from './resource.ts';
import { formatLabelSelector } from './selectors.ts';
import type { Writes } from './writes.ts';

/** What a scalable object looks like to somebody who only wants to scale it. */
export interface Scale extends KubeObject {
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

/** The scale of an object. Models the ScaleREST of the workloads and of custom resources. */
export function scaleOf(definition: ResourceDefinition, object: KubeObject): Scale {
  const paths = scalePathsOf(definition);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = numberAt(object, paths.specReplicas) ?? 0;
  const selector = selectorOf(object, paths);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: { ...(replicas > 0 && { replicas }) },
    status: { replicas: numberAt(object, paths.statusReplicas) ?? 0, ...(selector && { selector }) },
  };
}

/** Changes an object through its scale; answers the new scale. `change` gets the present scale and answers the wanted one. */
export function writeScale(writes: Writes, request: ApiRequest, verb: 'update' | 'patch', change: (scale: Scale) => KubeObject): Scale {
  const { definition } = request;
  const paths = scalePathsOf(definition);
  const stored = writes.replace({ ...request, subresource: 'scale' }, verb, (previous) => {
    const wanted = change(scaleOf(definition, previous)) as Scale;
    requireScale(definition, wanted, previous);
    const draft = cloneJson(previous);
    const asked = wanted.metadata?.resourceVersion;
    if (asked) draft.metadata.resourceVersion = asked;
    setAt(draft, paths.specReplicas, wanted.spec?.replicas ?? 0);
    return draft;
  });
  return scaleOf(definition, stored);
}

function requireScale(definition: ResourceDefinition, { metadata, spec }: Scale, previous: KubeObject): void {
  const { name } = previous.metadata;
  if (metadata?.name && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (metadata?.uid && metadata.uid !== previous.metadata.uid) {
    const target = { plural: definition.plural, group: definition.group, name };
    throw conflict(target, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${previous.metadata.uid}`);
  }
  const replicas = spec?.replicas ?? 0;
  // Why: custom objects are checked as a whole.
  if (replicas < 0 && definition.isBuiltIn) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }]);
  }
}

function scalePathsOf(definition: ResourceDefinition): ScalePaths {
  if (!definition.scale) throw unknownPath();
  return definition.scale;
}

function selectorOf(object: KubeObject, { labelSelector }: ScalePaths): string {
  if (labelSelector !== undefined) {
    const text = valueAt(object, labelSelector);
    return typeof text === 'string' ? text : '';
  }
  return formatLabelSelector((object['spec'] as { selector?: LabelSelector } | undefined)?.selector);
}

function numberAt(object: KubeObject, path: string): number | undefined {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : undefined;
}

/** The value at a path such as `.spec.replicas`. */
function valueAt(object: KubeObject, path: string): unknown {
  let value: unknown = object;
  for (const key of path.split('.').filter(Boolean)) {
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

function setAt(object: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.').filter(Boolean);
  let target = object;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(target, key) ? target[key] : undefined;
    if (typeof next === 'object' && next !== null) target = next as Record<string, unknown>;
    else {
      const created: Record<string, unknown> = {};
      setOwn(target, key, created);
      target = created;
    }
  }
  setOwn(target, keys.at(-1)!, value);
}
