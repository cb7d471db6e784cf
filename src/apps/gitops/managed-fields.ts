import { FIELD_MANAGER, type ManagedFields } from './cluster-api.ts';

type Fields = Record<string, unknown>;

/** Names of programs that write fields of their own accord, such as `rollouts-controller`: theirs are not drift. */
const CONTROLLERS = /controller|^kube-|^kubelet$/;

/** Whether people have written fields of the object since the agent did. */
export function hasWritesByHand(entries: readonly ManagedFields[] = []): boolean {
  return entries.some(isByHand);
}

/**
 * The same fields, with those that people have written made over to the agent: when it applies next, whatever of them is not in the
 * repository goes.
 */
export function takenOver(entries: readonly ManagedFields[], apiVersion: string): ManagedFields[] {
  const own = entries.filter((entry) => isOwn(entry) || isByHand(entry));
  const others = entries.filter((entry) => !own.includes(entry));
  const fieldsV1 = own.reduce<Fields>((all, { fieldsV1: fields = {} }) => union(all, fields), {});
  return [...others, { manager: FIELD_MANAGER, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1', fieldsV1 }];
}

function isOwn({ manager, operation, subresource }: ManagedFields): boolean {
  return manager === FIELD_MANAGER && operation === 'Apply' && !subresource;
}

function isByHand(entry: ManagedFields): boolean {
  return !isOwn(entry) && !entry.subresource && !CONTROLLERS.test(entry.manager ?? '');
}

function union(a: Fields, b: Fields): Fields {
  const result: Fields = { ...a };
  for (const [key, value] of Object.entries(b)) result[key] = union((a[key] ?? {}) as Fields, (value ?? {}) as Fields);
  return result;
}
