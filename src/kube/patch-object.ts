import type { KubeClient } from './client.ts';

/** A merge patch of one object, as scenarios write it. */
export interface ObjectPatch {
  target: { resource: string; namespace?: string | undefined; name: string };
  merge: Record<string, unknown>;
  subresource?: string | undefined;
  /** The user on whose behalf. */
  as?: string | undefined;
}

/** Rejects with ClusterError where the cluster refuses it. */
export async function patchObject(client: KubeClient, { target, merge, subresource, as }: ObjectPatch): Promise<void> {
  const options = { ...(subresource && { subresource }), ...(as && { as }) };
  await client.patch(target.resource, target.namespace, target.name, { type: 'merge', body: merge }, options);
}
