import { isDeepStrictEqual } from 'node:util';
import { FIELD_MANAGER, RefusedError, type ClusterApi, type ClusterObject } from './cluster-api.ts';
import { hasWritesByHand, takenOver } from './managed-fields.ts';

/** The label of a Service's selector that Argo Rollouts writes. */
const STEERED = 'rollouts-pod-template-hash';

/** How an object compares with the repository, or what was done about it. */
export type Outcome = 'same' | 'differs' | 'created' | 'changed';

/** Brings one object to what the repository says, or, when it must not, says whether it is. */
export async function reconcileObject(api: ClusterApi, path: string, declared: ClusterObject, mayWrite: boolean): Promise<Outcome> {
  const live = await api.get(path);
  if (!live && !mayWrite) return 'differs';
  const wanted = live ? leavingSteered(declared, live) : declared;
  if (live && !(await differs(api, path, wanted, live))) return 'same';
  if (!mayWrite) return 'differs';
  if (live && hasWritesByHand(live.metadata.managedFields)) await takeOver(api, path, live);
  await apply(api, path, wanted);
  return live ? 'changed' : 'created';
}

/** Whether an apply would change something, or somebody has written fields by hand. */
async function differs(api: ClusterApi, path: string, wanted: ClusterObject, live: ClusterObject): Promise<boolean> {
  if (hasWritesByHand(live.metadata.managedFields)) return true;
  return !isDeepStrictEqual(essence(await apply(api, path, wanted, '&dryRun=All')), essence(live));
}

/** Server-side apply; fields that others have written are taken from them. */
function apply(api: ClusterApi, path: string, wanted: ClusterObject, query = ''): Promise<ClusterObject> {
  return api.write('PATCH', `${path}?fieldManager=${FIELD_MANAGER}&force=true${query}`, wanted, 'application/apply-patch+yaml');
}

/** Makes over to the agent what people have written. Models fluxcd/pkg/ssa, which does so with the fields of kubectl. */
async function takeOver(api: ClusterApi, path: string, { apiVersion, metadata }: ClusterObject): Promise<void> {
  const managedFields = takenOver(metadata.managedFields ?? [], apiVersion);
  await api.write(
    'PATCH',
    `${path}?fieldManager=${FIELD_MANAGER}`,
    [
      { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
    ],
    'application/json-patch+json',
  );
}

/** Which colour a Service selects is up to Argo Rollouts; without this the two would take turns for ever. */
function leavingSteered(declared: ClusterObject, live: ClusterObject): ClusterObject {
  const selector = (live['spec'] as { selector?: Record<string, string> } | undefined)?.selector;
  if (declared.kind !== 'Service' || selector?.[STEERED] === undefined) return declared;
  const spec = declared['spec'] as { selector?: Record<string, string> };
  return { ...declared, spec: { ...spec, selector: { ...spec.selector, [STEERED]: selector[STEERED] } } };
}

function essence({ metadata, status: _status, ...rest }: ClusterObject): unknown {
  const { managedFields: _fields, resourceVersion: _version, generation: _generation, ...kept } = metadata as Record<string, unknown>;
  return { ...rest, metadata: kept };
}

/** Takes away what the repository no longer has. */
export async function pruneObject(api: ClusterApi, path: string): Promise<void> {
  try {
    await api.write('DELETE', path, { propagationPolicy: 'Background' });
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 404) throw error;
  }
}
