import type { KubeObject, OwnerReference, StatusCause } from '../../kube/types/meta.ts';
import { equalJson } from '../../system/json.ts';
import { groupOf } from '../api/resource.ts';
import { forbiddenValue, invalidValue } from '../schema/field-causes.ts';
import { checkName, checkNonNegative } from './checks.ts';
import { checkAnnotations, checkLabels } from './label-validation.ts';
import { qualifiedName, type NameProblems } from './name-problems.ts';

const STANDARD_FINALIZERS = ['orphan', 'foregroundDeletion', 'kubernetes'];
/** Kinds that cannot own anything, as apiVersion and kind. */
const DISALLOWED_OWNERS = ['v1/Event'];

/**
 * Checks what every object has. Models apimachinery api/validation/objectmeta.go; the name is checked on creation only, since it never
 * changes. Of an update the server says everything several times, since the store and the kind's own strategy both check.
 */
export function checkMetadata(draft: KubeObject, previous: KubeObject | undefined, nameProblems: NameProblems): StatusCause[] {
  const { metadata } = draft;
  const ofAnyWrite = [
    ...checkLabels('metadata.labels', metadata.labels),
    ...checkAnnotations('metadata.annotations', metadata.annotations),
    ...checkOwners(metadata.ownerReferences ?? []),
  ];
  const finalizers = checkFinalizers(metadata.finalizers ?? [], mayHaveOddFinalizers(draft));
  if (!previous) {
    const names = [...checkNames(draft, nameProblems), ...checkNonNegative('metadata.generation', metadata.generation)];
    return [...names, ...ofAnyWrite, ...finalizers];
  }
  const ofUpdate = [...ofAnyWrite, ...ofAnyWrite, ...finalizers, ...checkFinalizersWhileDeleting(draft, previous)];
  // Why: the strategy of custom kinds checks once less.
  return [...ofUpdate, ...(mayHaveOddFinalizers(draft) ? ofAnyWrite : ofUpdate)];
}

function checkNames({ metadata }: KubeObject, problems: NameProblems): StatusCause[] {
  const { name, generateName } = metadata;
  return [
    // Why: what is generated follows the prefix, so a prefix may end where a name may not.
    ...(generateName ? checkName('metadata.generateName', generateName, (text) => problems(text.replace(/-$/, 'a'))) : []),
    ...checkName('metadata.name', name, problems),
  ];
}

function checkOwners(owners: readonly OwnerReference[]): StatusCause[] {
  const causes = owners.flatMap(checkOwner);
  const controllers = owners.filter(({ controller }) => controller);
  if (controllers.length < 2) return causes;
  const [first, second] = controllers.map(({ kind, name }) => `${kind}/${name}`);
  const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
  return [...causes, invalidValue('metadata.ownerReferences', owners, detail)];
}

function checkOwner(owner: OwnerReference): StatusCause[] {
  const field = 'metadata.ownerReferences';
  const required = (['kind', 'name', 'uid'] as const).flatMap((key) =>
    owner[key] ? [] : [invalidValue(`${field}.${key}`, owner[key] ?? '', 'must not be empty')],
  );
  const version = owner.apiVersion ? [] : [invalidValue(`${field}.apiVersion`, '', 'version must not be empty')];
  const isDisallowed = DISALLOWED_OWNERS.includes(`${owner.apiVersion}/${owner.kind}`);
  return [
    ...version,
    ...required,
    ...(isDisallowed ? [invalidValue(field, owner, `/${owner.apiVersion}, Kind=${owner.kind} is disallowed from being an owner`)] : []),
  ];
}

/** Definitions of custom kinds, and the objects of these, are checked by a server of their own that knows no list of finalizers. */
function mayHaveOddFinalizers({ apiVersion }: KubeObject): boolean {
  const group = groupOf({ apiVersion });
  return group === 'apiextensions.k8s.io' || (group.includes('.') && !group.endsWith('.k8s.io'));
}

function checkFinalizers(finalizers: readonly string[], mayBeOdd: boolean): StatusCause[] {
  const causes = finalizers.flatMap((finalizer, index) => {
    const problems = checkName('metadata.finalizers', finalizer, qualifiedName);
    if (problems.length > 0 || mayBeOdd || finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return problems;
    return [
      invalidValue(`metadata.finalizers[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
    ];
  });
  if (!finalizers.includes('orphan') || !finalizers.includes('foregroundDeletion')) return causes;
  return [...causes, invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')];
}

function checkFinalizersWhileDeleting({ metadata }: KubeObject, previous: KubeObject): StatusCause[] {
  const before = previous.metadata.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !before.includes(finalizer));
  if (!previous.metadata.deletionTimestamp || added.length === 0 || equalJson(metadata.finalizers, before)) return [];
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbiddenValue('metadata.finalizers', detail)];
}
