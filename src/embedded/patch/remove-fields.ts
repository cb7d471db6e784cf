import { setOwn } from '../../system/json.ts';
import type { ListShape, MapShape, ValueShape } from '../schema/value-shape.ts';
import { below, EMPTY_SET, hasStep, isEmptySet, type FieldSet } from './field-set.ts';
import { stepOfItem } from './path-step.ts';
import { isPlainObject } from './plain-object.ts';

/**
 * The value without the fields of a set; undefined when nothing is left of a map or list. Parts that stay are shared with the value.
 * Models structured-merge-diff typed/remove.go.
 */
export function removeFields(shape: ValueShape, value: unknown, fields: FieldSet): unknown {
  if (isEmptySet(fields)) return value;
  if (isPlainObject(value) && shape.map) return removeFromMap(shape.map, value, fields);
  if (Array.isArray(value) && shape.list) return removeFromList(shape.list, value, fields);
  return value;
}

function removeFromMap(shape: MapShape, map: Record<string, unknown>, fields: FieldSet): unknown {
  if (shape.isAtomic) return undefined;
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(map)) {
    const step = `f:${key}`;
    if (hasStep(fields, step)) continue;
    const inner = shape.field(key) ?? shape.element;
    const deeper = below(fields, step);
    const value = inner && !isEmptySet(deeper) ? (removeFields(inner, map[key], deeper) ?? null) : map[key];
    setOwn(rest, key, value);
  }
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function removeFromList(shape: ListShape, list: unknown[], fields: FieldSet): unknown {
  if (shape.relation === 'atomic') return undefined;
  const rest: unknown[] = [];
  for (const item of list) {
    const step = stepOfItem(shape, item);
    if (hasStep(fields, step)) continue;
    const deeper = below(fields, step);
    rest.push(isEmptySet(deeper) ? item : (removeFields(shape.element, item, deeper) ?? null));
  }
  return rest.length > 0 ? rest : undefined;
}

/** The set with every named field that lies above one of its fields. Models fieldpath/set.go EnsureNamedFieldsAreMembers. */
export function withNamedParents(shape: ValueShape | undefined, fields: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const step of Object.keys(fields)) {
    if (step === '.') {
      result[step] = EMPTY_SET;
      continue;
    }
    const node = fields[step]!;
    const isName = step.startsWith('f:');
    const named = isName ? shape?.map?.field(step.slice(2)) : undefined;
    const inner = isName ? (named ?? shape?.map?.element) : step.startsWith('k:') ? shape?.list?.element : undefined;
    const deeper = withNamedParents(inner, node);
    result[step] = named && !isEmptySet(deeper) && !('.' in deeper) ? { '.': EMPTY_SET, ...deeper } : deeper;
  }
  return result;
}
