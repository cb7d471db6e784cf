import { controllerOf, type KubeObject, type LabelSelector, type OwnerReference } from '../../kube/types/meta.ts';
import { ApiError } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { matchesLabelSelector } from '../api/selectors.ts';

/** The reference by which an object names its controller. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid!, controller: true, blockOwnerDeletion: true };
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** The keys of those of the kind that control an object, given its states before and after a change: whom the change concerns. */
export function ownerKeys(kind: string, states: readonly (KubeObject | undefined)[]): string[] {
  const keys = states.flatMap((object) => {
    const owner = object && controllerOf(object);
    return owner?.kind === kind ? [`${object!.metadata.namespace}/${owner.name}`] : [];
  });
  return [...new Set(keys)];
}

/**
 * The candidates that belong to the owner: those it controls and that still match; orphans that match are adopted,
 * and those it controls but that match no more are released. Models pkg/controller/controller_ref_manager.go.
 */
export function claim<T extends KubeObject>(
  api: ApiClient,
  resource: string,
  owner: KubeObject,
  selector: LabelSelector,
  candidates: readonly T[],
): T[] {
  return candidates.flatMap((candidate) => {
    const isMatch = matchesLabelSelector(selector, candidate.metadata.labels ?? {});
    const controller = controllerOf(candidate);
    if (controller) {
      if (controller.uid !== owner.metadata.uid) return [];
      if (isMatch) return [candidate];
      if (!owner.metadata.deletionTimestamp) release(api, resource, owner, candidate);
      return [];
    }
    if (!isMatch || owner.metadata.deletionTimestamp || candidate.metadata.deletionTimestamp) return [];
    const adopted = adopt(api, resource, owner, candidate);
    return adopted ? [adopted] : [];
  });
}

function adopt<T extends KubeObject>(api: ApiClient, resource: string, owner: KubeObject, orphan: T): T | undefined {
  return patchOwners(api, resource, orphan, [...(orphan.metadata.ownerReferences ?? []), controllerReference(owner)]);
}

function release(api: ApiClient, resource: string, owner: KubeObject, object: KubeObject): void {
  patchOwners(
    api,
    resource,
    object,
    (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== owner.metadata.uid),
  );
}

/** Undefined when the object went away meanwhile. */
function patchOwners<T extends KubeObject>(api: ApiClient, resource: string, object: T, owners: OwnerReference[]): T | undefined {
  const { namespace, name, uid } = object.metadata;
  try {
    return api.patch<T>(resource, namespace, name, {
      type: 'merge',
      body: { metadata: { uid, ownerReferences: owners.length > 0 ? owners : null } },
    });
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}
