import { ClusterError, type FileProblem } from '../errors.ts';
import type { KubeClient, WriteOptions } from './client.ts';
import { lastAppliedOf, withLastApplied } from './last-applied.ts';
import type { Manifest } from './manifest.ts';
import { refusalProblems } from './refusal-problems.ts';
import { groupResource, type ResourceName } from './resources.ts';
import { threeWayMergePatch } from '../system/three-way-merge.ts';
import type { KubeObject } from './types/meta.ts';

export type ApplyOutcome = 'created' | 'configured' | 'unchanged';

/** What happened to one object: `rollout.argoproj.io/shop configured`. */
export interface AppliedObject {
  name: string;
  outcome: ApplyOutcome;
}

/** What became of a file: either everything in it was applied, or nothing and why not. */
export interface ApplyResult {
  applied: AppliedObject[];
  problems: FileProblem[];
}

interface PlannedObject {
  manifest: Manifest;
  resource: ResourceName;
  object: KubeObject;
}

const WRITE: WriteOptions = { fieldManager: 'kubectl-client-side-apply', fieldValidation: 'Strict' };
const CONFLICT_ATTEMPTS = 5;

/**
 * Applies the objects of one file as `kubectl apply` does, remembering them in the same annotation, so that both can be used in turn.
 * Every object is tried without effect first: when the server refuses one, none is applied and every refusal is told with its place.
 * Objects without a namespace go to the default one. Rejects with a ClusterError when the server cannot be asked at all.
 */
export async function applyManifests(client: KubeClient, manifests: readonly Manifest[], defaultNamespace: string): Promise<ApplyResult> {
  const problems: FileProblem[] = [];
  const planned: PlannedObject[] = [];
  for (const manifest of manifests) {
    const resource = await client.resourceOfKind(manifest.object.apiVersion, manifest.object.kind);
    if (resource) planned.push({ manifest, resource, object: toSend(manifest.object, resource, defaultNamespace) });
    else problems.push(unknownKind(manifest));
  }
  for (const plan of planned) problems.push(...(await attempt(plan, () => applyObject(client, plan, true), planned)));
  if (problems.length > 0) return { applied: [], problems };

  const applied: AppliedObject[] = [];
  for (const plan of planned) {
    const refused = await attempt(plan, async () => {
      const outcome = await applyObject(client, plan, false);
      applied.push({ name: shownName(plan), outcome });
    });
    if (refused.length > 0) return { applied, problems: refused };
  }
  return { applied, problems: [] };
}

function toSend(object: KubeObject, resource: ResourceName, defaultNamespace: string): KubeObject {
  const { namespace: _namespace, ...metadata } = object.metadata;
  if (!resource.isNamespaced) return withLastApplied({ ...object, metadata });
  return withLastApplied({ ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? defaultNamespace } });
}

/** Brings one object to what the file says. A patch that turns out to change nothing is `unchanged` too. */
async function applyObject(client: KubeClient, { resource, object }: PlannedObject, isDryRun: boolean): Promise<ApplyOutcome> {
  const { namespace, name } = object.metadata;
  const options = { ...WRITE, ...(isDryRun && { isDryRun }) };
  for (let attemptNumber = 1; ; attemptNumber++) {
    const current = await client.get(groupResource(resource), namespace, name);
    if (!current) {
      await client.create(groupResource(resource), threeWayMergePatch({}, object, {}) as KubeObject, options);
      return 'created';
    }
    const patch = threeWayMergePatch(lastAppliedOf(current), object, current);
    if (Object.keys(patch).length === 0) return 'unchanged';
    try {
      const patched = await client.patch(groupResource(resource), namespace, name, { type: 'merge', body: patch }, options);
      return patched.metadata.resourceVersion === current.metadata.resourceVersion ? 'unchanged' : 'configured';
    } catch (error) {
      const isConflict = error instanceof ClusterError && error.reason === 'Conflict';
      if (!isConflict || attemptNumber === CONFLICT_ATTEMPTS) throw error;
    }
  }
}

/** The problems that the server's refusal amounts to. An object whose namespace another object of the file creates cannot be tried yet: no problem. */
async function attempt(plan: PlannedObject, act: () => Promise<unknown>, others: readonly PlannedObject[] = []): Promise<FileProblem[]> {
  try {
    await act();
    return [];
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status === undefined || error.status === 401) throw error;
    return createsNamespaceOf(plan, others) && error.status === 404 ? [] : refusalProblems(error, plan.manifest);
  }
}

function createsNamespaceOf({ object }: PlannedObject, others: readonly PlannedObject[]): boolean {
  return others.some((other) => other.resource.kind === 'Namespace' && other.object.metadata.name === object.metadata.namespace);
}

function unknownKind({ file, object, placeOf }: Manifest): FileProblem {
  return { file, ...placeOf('kind'), message: `no matches for kind "${object.kind}" in version "${object.apiVersion}"` };
}

function shownName({ resource, object }: PlannedObject): string {
  const kind = resource.kind.toLowerCase();
  return `${resource.group ? `${kind}.${resource.group}` : kind}/${object.metadata.name}`;
}
