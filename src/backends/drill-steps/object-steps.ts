import { findMismatches, type ClusterReader } from '../../../grader/index.ts';
import { ClusterError } from '../../errors.ts';
import { isSubset } from '../../kube/is-subset.ts';
import { patchObject } from '../../kube/patch-object.ts';
import { groupResource } from '../../kube/resources.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { parseDuration } from '../../system/duration.ts';
import type { DrillActOf } from './drill-act-of.ts';
import { noteRefusal, type DrillStage } from './drill-stage.ts';

export async function createObject(wanted: DrillActOf<'create'>, stage: DrillStage): Promise<void> {
  const object = wanted as unknown as KubeObject;
  const { client } = stage.session;
  stage.note(`created ${object.kind} ${object.metadata.name}`);
  const resource = await client.resourceOfKind(object.apiVersion, object.kind);
  if (!resource) throw new ClusterError(`the cluster does not know ${object.kind} of ${object.apiVersion}`, { status: 404 });
  await client.create(groupResource(resource), object);
}

export async function letMatch({ resource, namespace, name, match, within }: DrillActOf<'await'>, stage: DrillStage): Promise<void> {
  const matches = async (): Promise<boolean> => {
    const object = await stage.reader.get(resource, namespace, name);
    return object !== undefined && findMismatches(object, match).length === 0;
  };
  const hasMatched = await stage.session.waitUntil(matches, parseDuration(within)!);
  stage.note(hasMatched ? `${resource} ${name} came to be as awaited` : `${resource} ${name} was not as awaited after ${within}`);
}

/** What one of them refuses is noted, and the others are patched all the same. */
export async function patchTargets({ target, ...patch }: DrillActOf<'patch'>, stage: DrillStage): Promise<void> {
  const { resource, namespace } = target;
  const { merge, subresource, as } = patch;
  const names = 'name' in target ? [target.name] : await namesLike(target, stage.reader);
  const what = subresource ? `the ${subresource} of ${resource}` : resource;
  for (const name of names) {
    stage.note(`patched ${what} ${name} with ${JSON.stringify(merge)}${as ? ` as ${as}` : ''}`);
    await noteRefusal(stage, () => patchObject(stage.session.client, { target: { resource, namespace, name }, ...patch }));
  }
}

async function namesLike(
  { resource, namespace, match }: Exclude<DrillActOf<'patch'>['target'], { name: string }>,
  reader: ClusterReader,
): Promise<string[]> {
  const objects = await reader.list(resource, namespace);
  return objects.filter((object) => isSubset(object, match)).map(({ metadata }) => metadata.name);
}

export async function deleteTarget({ target, as }: DrillActOf<'delete'>, stage: DrillStage): Promise<void> {
  stage.note(`deleted ${target.resource} ${target.name}${as ? ` as ${as}` : ''}`);
  const options = { propagationPolicy: 'Background' as const, ...(as && { as }) };
  await stage.session.client.delete(target.resource, target.namespace, target.name, options);
}

export async function deletePods({ behind }: DrillActOf<'deletePods'>, stage: DrillStage): Promise<void> {
  stage.note(`deleted the pods behind ${behind}`);
  for (const pod of stage.podsBehind(behind)) await stage.session.client.delete('pods', stage.production.namespace, pod);
}
