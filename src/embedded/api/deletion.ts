import type { Namespace } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import { conflict, type ErrorTarget } from './api-error.ts';
import type { DeleteOptions } from './request.ts';
import type { ResourceDefinition } from './resource.ts';

/** Refuses to delete an object that is not the one that was meant (409). Models registry/rest/delete.go, which names the kind instead of the resource. */
export function checkPreconditions(definition: ResourceDefinition, object: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata;
  const target: ErrorTarget = { plural: definition.kind, group: definition.group, name };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      target,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      target,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

/** Whether somebody still has to let go of the object; a Namespace carries such a wish in its spec too. */
export function hasFinalizers(object: KubeObject): boolean {
  const ofSpec = object.kind === 'Namespace' ? (object as Namespace).spec?.finalizers : undefined;
  return (object.metadata.finalizers?.length ?? 0) + (ofSpec?.length ?? 0) > 0;
}

const PROPAGATION_FINALIZERS: Record<string, string> = { Foreground: 'foregroundDeletion', Orphan: 'orphan' };

/** Foreground and Orphan leave the rest to the garbage collector by way of a finalizer. */
export function addPropagationFinalizer(draft: KubeObject, policy: 'Background' | 'Foreground' | 'Orphan'): void {
  const others = (draft.metadata.finalizers ?? []).filter((finalizer) => !Object.values(PROPAGATION_FINALIZERS).includes(finalizer));
  const wanted = PROPAGATION_FINALIZERS[policy];
  const finalizers = wanted ? [...others, wanted] : others;
  if (finalizers.length > 0) draft.metadata.finalizers = finalizers;
  else delete draft.metadata.finalizers;
}

/** Marks an object as being deleted, `graceSeconds` from now; a second deletion can only bring the end nearer. */
export function markDeleted(draft: KubeObject, graceSeconds: number, nowMs: number): void {
  const { metadata } = draft;
  const shorter = Math.min(graceSeconds, metadata.deletionGracePeriodSeconds ?? graceSeconds);
  if (metadata.deletionTimestamp && shorter === (metadata.deletionGracePeriodSeconds ?? 0)) return;
  metadata.deletionTimestamp = toSecondsTimestamp(nowMs + shorter * 1000);
  metadata.deletionGracePeriodSeconds = shorter;
  if (metadata.generation !== undefined) metadata.generation += 1;
}
