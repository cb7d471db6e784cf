import { cloneJson, equalJson, setOwn } from '../../system/json.ts';
import { ApiError, badRequest } from '../api/api-error.ts';
import type { FieldExtras } from '../schema/type-table.ts';
import type { StructType, ValueType } from '../schema/value-type.ts';
import { goPrint, goTypeOf } from './go-print.ts';
import { restoreOrder } from './list-order.ts';
import { isPlainObject } from './plain-object.ts';

type JsonObject = Record<string, unknown>;

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
const ELEMENT_ORDER = '$setElementOrder';

/** A failure that the server answers with code 500 and no reason. */
function unforeseen(message: string): ApiError {
  return new ApiError(500, '', message);
}

/**
 * A built-in object after a strategic merge patch; the original stays as it is. Throws ApiError. Models apimachinery strategicpatch/patch.go:
 * lists are merged by the one merge key that the field declares, however many keys tell its items apart.
 */
export function applyStrategicMergePatch(type: StructType, original: JsonObject, patch: unknown): JsonObject {
  if (!isPlainObject(patch)) {
    const kind = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(`json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`);
  }
  return mergeObject(type, cloneJson(original), patch);
}

/** Type and merge rules of a field; undefined inside free-form values. */
interface FieldRules {
  type: ValueType;
  extras: FieldExtras;
}

function mergeObject(type: ValueType | undefined, target: JsonObject, patch: JsonObject): JsonObject {
  if (Object.hasOwn(patch, PATCH)) return obeyDirective(patch);
  const rest = { ...patch };
  retainKeys(target, rest);
  mergeOrderedLists(type, target, rest);
  for (const key of Object.keys(rest)) {
    if (rest[key] === undefined) continue;
    if (key.startsWith(DELETE_FROM_LIST)) deleteFromList(target, key, rest[key]);
    else mergeField(type, target, key, rest[key]);
  }
  return target;
}

function obeyDirective(patch: JsonObject): JsonObject {
  if (patch[PATCH] === 'delete') return {};
  if (patch[PATCH] !== 'replace') throw unforeseen(`unknown patch type: ${goPrint(patch[PATCH])} in map: ${goPrint(patch)}`);
  const { [PATCH]: _, ...rest } = patch;
  return cloneJson(rest);
}

/** `$retainKeys` names all keys that stay; it must cover every key that the patch sets. */
function retainKeys(target: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const kept = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  const isComplete = (list: unknown[]) =>
    Object.entries(patch).every(
      ([key, value]) => value === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(ELEMENT_ORDER) || list.includes(key),
    );
  if (!Array.isArray(kept) || !isComplete(kept)) throw badRequest('invalid patch format of retainKeys');
  for (const key of Object.keys(target)) if (!kept.includes(key)) delete target[key];
}

function fieldRules(type: ValueType | undefined, key: string): FieldRules | undefined {
  if (!type) return undefined;
  if (type.kind === 'map') return { type: type.value, extras: {} };
  if (type.kind !== 'struct') return undefined;
  const field = type.fields.get(key);
  if (!field) throw unforeseen(`unable to find api field in struct ${type.shortName} for the json field ${JSON.stringify(key)}`);
  return field;
}

function mergeField(type: ValueType | undefined, target: JsonObject, key: string, value: unknown): void {
  const current = Object.hasOwn(target, key) ? target[key] : undefined;
  if (value === null) delete target[key];
  else if (isPlainObject(current) && isPlainObject(value)) {
    const rules = fieldRules(type, key);
    setOwn(target, key, rules?.extras.patch === 'replace' ? cloneJson(value) : mergeObject(rules?.type, current, value));
  } else if (Array.isArray(current) && Array.isArray(value)) setOwn(target, key, mergeList(fieldRules(type, key), current, value));
  else {
    const plain = withoutDirectives(value);
    if (plain === undefined) delete target[key];
    else setOwn(target, key, plain);
  }
}

/** A value that is taken as a whole: without nulls and without the parts that only say what to delete. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isPlainObject(value)) return value;
  if (Object.hasOwn(value, PATCH)) return undefined;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const plain = item === null ? undefined : withoutDirectives(item);
    if (plain !== undefined) setOwn(result, key, plain);
  }
  return result;
}

function deleteFromList(target: JsonObject, directive: string, items: unknown): void {
  const slash = directive.indexOf('/');
  if (directive.slice(0, slash) !== DELETE_FROM_LIST) throw badRequest('invalid patch format of primitive list');
  const key = directive.slice(slash + 1);
  const list = Object.hasOwn(target, key) ? target[key] : undefined;
  if (items === null) delete target[key];
  else if (Array.isArray(list) && Array.isArray(items)) {
    refuseMixedLists(list, items);
    target[key] = list.filter((item) => !items.includes(item));
  }
}

function isMerged({ extras }: FieldRules): boolean {
  return extras.patch?.split(',').includes('merge') ?? false;
}

function mergeList(rules: FieldRules | undefined, current: unknown[], patch: unknown[]): unknown[] {
  if (!rules || !isMerged(rules)) return cloneJson(patch);
  if (current.length === 0 && patch.length === 0) return current;
  refuseMixedLists(current, patch);
  const isOfObjects = isPlainObject(current[0] ?? patch[0]);
  if (!isOfObjects) {
    const merged = [...new Set([...current, ...patch])];
    return restoreOrder({ merged, order: patch, live: current, mergeKey: undefined });
  }
  const { mergeKey } = rules.extras;
  if (mergeKey === undefined) throw unforeseen('cannot merge lists without merge key for struct');
  const { list, rest } = obeyItemDirectives(current as JsonObject[], patch as JsonObject[], mergeKey);
  const merged = mergeItems(elementOf(rules.type), { list, patch: rest, mergeKey });
  for (const item of merged) keyOf(item, mergeKey);
  return restoreOrder({ merged, order: rest, live: list, mergeKey });
}

function elementOf(type: ValueType): ValueType | undefined {
  return type.kind === 'list' ? type.element : undefined;
}

function refuseMixedLists(...lists: unknown[][]): void {
  const kinds = new Set(lists.flat().map((item) => (isPlainObject(item) ? 'map' : Array.isArray(item) ? 'list' : typeof item)));
  if (kinds.has('list')) throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  if (kinds.size > 1) throw unforeseen(`list element types are not identical: ${goPrint(lists)}`);
}

function keyOf(item: JsonObject, mergeKey: string): unknown {
  if (!Object.hasOwn(item, mergeKey)) throw unforeseen(`map: ${goPrint(item)} does not contain declared merge key: ${mergeKey}`);
  return item[mergeKey];
}

/** Takes out the items that are directives: `$patch: delete` removes its namesake, `$patch: replace` everything that was there. */
function obeyItemDirectives(list: JsonObject[], patch: JsonObject[], mergeKey: string): { list: JsonObject[]; rest: JsonObject[] } {
  let kept = list;
  let isReplaced = false;
  const rest: JsonObject[] = [];
  for (const item of patch) {
    const directive = item[PATCH];
    if (directive === undefined) rest.push(item);
    else if (directive === 'delete') {
      const key = keyOf(item, mergeKey);
      kept = kept.filter((other) => other[mergeKey] !== key);
    } else if (directive === 'replace') isReplaced = true;
    else if (directive === 'merge') throw unforeseen('merging lists cannot yet be specified in the patch');
    else throw unforeseen(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(item)}`);
  }
  return isReplaced ? { list: cloneJson(rest), rest: [] } : { list: kept, rest };
}

function mergeItems(
  element: ValueType | undefined,
  { list, patch, mergeKey }: { list: JsonObject[]; patch: JsonObject[]; mergeKey: string },
): JsonObject[] {
  const merged = [...list];
  for (const item of patch) {
    const key = keyOf(item, mergeKey);
    const index = merged.findIndex((other) => other[mergeKey] === key);
    if (index < 0) merged.push(cloneJson(item));
    else merged[index] = mergeObject(element, merged[index]!, item);
  }
  return merged;
}

/** Lists whose order the patch dictates: `$setElementOrder/name` beside the list itself, or alone. */
function mergeOrderedLists(type: ValueType | undefined, target: JsonObject, patch: JsonObject): void {
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(ELEMENT_ORDER)) continue;
    const order = requireList(patch[directive]);
    const slash = directive.indexOf('/');
    if (directive.slice(0, slash) !== ELEMENT_ORDER) throw badRequest('invalid patch format of setElementOrder list');
    delete patch[directive];
    const key = directive.slice(slash + 1);
    const current = Object.hasOwn(target, key) ? requireList(target[key]) : undefined;
    const items = Object.hasOwn(patch, key) ? requireList(patch[key]) : undefined;
    const rules = fieldRules(type, key);
    const mergeKey = rules?.extras.mergeKey;
    refuseOtherOrder(items ?? [], order, mergeKey);
    delete patch[key];
    const merged = current && items ? mergeList(rules, current, items) : (current ?? (withoutDirectives(items) as unknown[] | undefined));
    if (!merged) continue;
    if (mergeKey !== undefined) for (const item of merged) keyOf(item as JsonObject, mergeKey);
    setOwn(target, key, restoreOrder({ merged, order, live: current ?? [], mergeKey }));
  }
}

function requireList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw unforeseen(`expected a []interface {}, but received a ${goTypeOf(value)}`);
  return value;
}

/** The items of the patch must come in the order that it dictates. */
function refuseOtherOrder(items: unknown[], order: unknown[], mergeKey: string | undefined): void {
  if (items.length === 0 || order.length === 0) return;
  const isSame = (item: unknown, other: unknown) =>
    mergeKey === undefined ? equalJson(item, other) : keyOf(item as JsonObject, mergeKey) === keyOf(other as JsonObject, mergeKey);
  const pending = items.filter((item) => !(isPlainObject(item) && Object.hasOwn(item, PATCH)));
  let next = 0;
  for (const other of order) if (next < pending.length && isSame(pending[next], other)) next += 1;
  if (next < pending.length) {
    throw unforeseen(`The order in patch list:\n${goPrint(items)}\n doesn't match ${ELEMENT_ORDER} list:\n${goPrint(order)}\n`);
  }
}
