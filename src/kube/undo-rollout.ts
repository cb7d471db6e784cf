import { ClusterError } from '../errors.ts';
import { cloneJson } from '../system/json.ts';
import type { KubeClient } from './client.ts';
import { formatLabelSelector } from './label-selector.ts';
import { POD_HASH_LABEL } from './rollout-view/replica-set-node.ts';
import type { PodTemplateSpec } from './types/core.ts';
import { controllerOf, type KubeObject } from './types/meta.ts';
import type { Rollout } from './types/rollouts.ts';
import type { ReplicaSet } from './types/workloads.ts';

const REVISION_ANNOTATION = 'rollout.argoproj.io/revision';
/** The plugin finds this out by itself, from what the server lists; it is an answer of the cluster all the same. */
const NOT_FOUND = { status: 404, reason: 'NotFound' };
const WORKLOADS: Record<string, string> = { Deployment: 'deployments.apps', ReplicaSet: 'replicasets.apps' };

/**
 * Puts the pod template of an earlier revision back: of `toRevision`, else of the one before the newest, whether it ever worked or not.
 * Answers what the plugin prints. Models cmd/undo RunUndoRollout.
 */
export async function undoRollout(client: KubeClient, rollout: Rollout, toRevision = 0): Promise<string> {
  const { name, namespace } = rollout.metadata;
  const replicaSet = await replicaSetOfRevision(client, rollout, toRevision);
  const template = withoutHash(replicaSet.spec.template);
  if (rollout.spec.template && derives(withoutHash(rollout.spec.template), template)) {
    return `skipped rollback (current template already matches revision ${toRevision})`;
  }
  const target = templateOwner(rollout);
  await client.patch(target.resource, namespace, target.name, {
    type: 'json',
    body: [{ op: 'replace', path: '/spec/template', value: template }],
  });
  return `rollout '${name}' undo`;
}

async function replicaSetOfRevision(client: KubeClient, rollout: Rollout, toRevision: number): Promise<ReplicaSet> {
  const { name, namespace, uid } = rollout.metadata;
  const labelSelector = formatLabelSelector(rollout.spec.selector ?? {});
  const list = await client.list<ReplicaSet>('replicasets.apps', { ...(namespace && { namespace }), labelSelector });
  const revisions = list.items
    .filter((replicaSet) => controllerOf(replicaSet)?.uid === uid)
    .map((replicaSet) => ({ replicaSet, revision: revisionOf(replicaSet) }))
    .filter(({ revision }) => !Number.isNaN(revision));
  if (toRevision > 0) {
    const wanted = revisions.find(({ revision }) => revision === toRevision);
    if (!wanted) throw new ClusterError(`unable to find specified revision ${toRevision} in history`, NOT_FOUND);
    return wanted.replicaSet;
  }
  const [, previous] = revisions.sort((a, b) => b.revision - a.revision);
  if (!previous) throw new ClusterError(`no revision found for rollout "${name}"`, NOT_FOUND);
  return previous.replicaSet;
}

/** 0 for a ReplicaSet that carries no revision. */
function revisionOf(object: KubeObject): number {
  const text = object.metadata.annotations?.[REVISION_ANNOTATION];
  if (text === undefined) return 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
}

/** The object that holds the pod template: the Rollout itself, or the workload it refers to. */
function templateOwner({ metadata, spec }: Rollout): { resource: string; name: string } {
  if (!spec.workloadRef) return { resource: 'rollouts.argoproj.io', name: metadata.name };
  const { kind = '', name = '' } = spec.workloadRef;
  const resource = WORKLOADS[kind];
  if (resource === undefined) throw new ClusterError(`workload of type ${kind} is not supported`);
  return { resource, name };
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const copy = cloneJson(template);
  if (copy.metadata?.labels) delete copy.metadata.labels[POD_HASH_LABEL];
  return copy;
}

/** Whether everything that `part` says, `whole` says too; what is empty says nothing. Models apimachinery DeepDerivative on JSON. */
export function derives(part: unknown, whole: unknown): boolean {
  if (part === null || part === undefined) return true;
  if (Array.isArray(part)) {
    if (part.length === 0) return Array.isArray(whole);
    return Array.isArray(whole) && part.length <= whole.length && part.every((item, index) => derives(item, whole[index]));
  }
  if (typeof part === 'object') {
    if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false;
    const entries = Object.entries(part);
    return entries.every(([key, value]) => Object.hasOwn(whole, key) && derives(value, (whole as Record<string, unknown>)[key]));
  }
  if (part === '') return typeof whole === 'string';
  return part === whole;
}
