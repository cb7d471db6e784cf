import type { Condition, KubeObject } from '../../../kube/types/meta.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';

/** What is left in a namespace that is going away. */
export interface Remaining {
  /** How many objects there are, by resource, written `pods.` or `deployments.apps` as the real controller does. */
  byResource: ReadonlyMap<string, number>;
  byFinalizer: ReadonlyMap<string, number>;
  /** Why objects could not be deleted. */
  failures: readonly string[];
}

interface Draft {
  status: 'True' | 'False';
  reason: string;
  message: string;
}

/** The objects that are left, counted. */
export function countRemaining(objects: readonly { resource: string; object: KubeObject }[], failures: readonly string[]): Remaining {
  const byResource = new Map<string, number>();
  const byFinalizer = new Map<string, number>();
  for (const { resource, object } of objects) {
    const name = resource.includes('.') ? resource : `${resource}.`;
    byResource.set(name, (byResource.get(name) ?? 0) + 1);
    for (const finalizer of object.metadata.finalizers ?? []) byFinalizer.set(finalizer, (byFinalizer.get(finalizer) ?? 0) + 1);
  }
  return { byResource, byFinalizer, failures };
}

/** The conditions of a namespace that is going away. Models namespace/deletion/status_condition_utils.go. */
export function deletionConditions(current: readonly Condition[], remaining: Remaining, nowMs: number): Condition[] {
  const drafts: Record<string, Draft> = {
    NamespaceDeletionDiscoveryFailure: { status: 'False', reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
    NamespaceDeletionGroupVersionParsingFailure: {
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    NamespaceDeletionContentFailure: contentFailure(remaining.failures),
    NamespaceContentRemaining: contentRemaining(remaining.byResource),
    NamespaceFinalizersRemaining: finalizersRemaining(remaining.byFinalizer),
  };
  const others = current.filter(({ type }) => !(type in drafts));
  return [...others, ...Object.entries(drafts).map(([type, draft]) => conditionFrom(type, draft, current, nowMs))];
}

function conditionFrom(type: string, draft: Draft, current: readonly Condition[], nowMs: number): Condition {
  const before = current.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === draft.status ? before.lastTransitionTime! : toSecondsTimestamp(nowMs);
  return { type, ...draft, lastTransitionTime };
}

function contentFailure(failures: readonly string[]): Draft {
  if (failures.length === 0) {
    return { status: 'False', reason: 'ContentDeleted', message: 'All content successfully deleted, may be waiting on finalization' };
  }
  const list = [...failures].sort().join(', ');
  return {
    status: 'True',
    reason: 'ContentDeletionFailed',
    message: `Failed to delete all resource types, ${failures.length} remaining: ${list}`,
  };
}

function contentRemaining(byResource: ReadonlyMap<string, number>): Draft {
  if (byResource.size === 0) return { status: 'False', reason: 'ContentRemoved', message: 'All content successfully removed' };
  const list = [...byResource].map(([resource, count]) => `${resource} has ${count} resource instances`).sort();
  return { status: 'True', reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${list.join(', ')}` };
}

function finalizersRemaining(byFinalizer: ReadonlyMap<string, number>): Draft {
  if (byFinalizer.size === 0) {
    return { status: 'False', reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' };
  }
  const list = [...byFinalizer].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort();
  return {
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message: `Some content in the namespace has finalizers remaining: ${list.join(', ')}`,
  };
}
