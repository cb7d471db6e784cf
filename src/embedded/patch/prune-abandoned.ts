import type { ValueShape } from '../schema/value-shape.ts';
import { difference, intersection, isEmptySet, union, type FieldSet } from './field-set.ts';
import { objectFieldSet } from './object-field-set.ts';
import { removeFields, withNamedParents } from './remove-fields.ts';

/**
 * Takes out of a merged object what its applier owned by `lastApplied`, doesn't apply any more, and nobody owns (`owned` is what all managers
 * own now). Models structured-merge-diff merge/update.go prune.
 */
export function pruneAbandoned(
  shape: ValueShape,
  merged: unknown,
  { lastApplied, owned }: { lastApplied: FieldSet; owned: FieldSet },
): unknown {
  if (isEmptySet(lastApplied)) return merged;
  const complete = (fields: FieldSet) => withNamedParents(shape, fields);
  const all = complete(objectFieldSet(shape, merged));
  const withoutLast = removeFields(shape, merged, complete(lastApplied));
  const kept = union(complete(objectFieldSet(shape, withoutLast)), complete(owned));
  const withOwned = removeFields(shape, merged, difference(all, kept));
  const removable = intersection(difference(all, complete(objectFieldSet(shape, withOwned))), complete(lastApplied));
  return removeFields(shape, merged, removable);
}
