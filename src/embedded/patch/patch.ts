import type { KubeObject } from '../../kube/types/meta.ts';
import type { JsonPatchOperation } from '../api/client.ts';
import type { StructType } from '../schema/value-type.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

/** A change of an object that says only what is to be different. Bodies are as the client sent them, so they may be anything. */
export type Patch =
  | { type: 'json'; operations: JsonPatchOperation[] }
  | { type: 'merge'; body: Record<string, unknown> }
  | { type: 'strategic'; body: Record<string, unknown> };

/** A server-side apply; it is no Patch, since it may also create the object and needs to know who owns what. */
export interface ApplyRequest {
  type: 'apply';
  body: Record<string, unknown>;
  /** Takes fields over that others own, instead of failing with 409. */
  isForced: boolean;
}

/**
 * The object after a patch; the original stays as it is. `type` is the type of a built-in kind, which strategic merge patches need.
 * Throws ApiError with what the real server answers for a patch that is malformed or cannot be carried out.
 */
export function patchObject(original: KubeObject, patch: Patch, type?: StructType): KubeObject {
  switch (patch.type) {
    case 'json':
      return applyJsonPatch(original, patch.operations) as KubeObject;
    case 'merge':
      return applyMergePatch(original, patch.body) as KubeObject;
    case 'strategic':
      return applyStrategicMergePatch(type!, original, patch.body) as KubeObject;
  }
}
