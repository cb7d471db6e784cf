import { cloneJson } from '../../system/json.ts';
import type { Field, StructType, ValueType } from './value-type.ts';

/** What defaulting has to look at in a struct: fields with a default, and fields below which there is one. */
interface DefaultingPlan {
  defaults: Field[];
  descend: Field[];
}

const plans = new Map<StructType, DefaultingPlan>();

/** Fills in the defaults that the OpenAPI documents name, in place: in structs that exist, for fields that are absent. */
export function applyBuiltInDefaults(type: StructType, object: Record<string, unknown>): void {
  const { defaults, descend } = planOf(type);
  for (const field of defaults) {
    const value = object[field.name];
    if (value === undefined || value === null || value === '') object[field.name] = cloneJson(field.extras.default);
  }
  for (const field of descend) {
    const value = object[field.name];
    if (typeof value === 'object' && value !== null) applyInside(field.type, value);
  }
}

function applyInside(type: ValueType, value: object): void {
  if (type.kind === 'struct') applyBuiltInDefaults(type, value as Record<string, unknown>);
  else if (type.kind !== 'scalar') {
    const inner = type.kind === 'list' ? type.element : type.value;
    for (const item of Object.values(value) as unknown[]) if (typeof item === 'object' && item !== null) applyInside(inner, item);
  }
}

function planOf(type: StructType): DefaultingPlan {
  let plan = plans.get(type);
  if (!plan) {
    const fields = [...type.fields.values()];
    plan = {
      defaults: fields.filter(({ extras }) => extras.default !== undefined),
      descend: fields.filter((field) => reachesDefault(field.type, new Set())),
    };
    plans.set(type, plan);
  }
  return plan;
}

function reachesDefault(type: ValueType, seen: Set<ValueType>): boolean {
  if (type.kind === 'scalar' || seen.has(type)) return false;
  seen.add(type);
  if (type.kind === 'list') return reachesDefault(type.element, seen);
  if (type.kind === 'map') return reachesDefault(type.value, seen);
  return [...type.fields.values()].some((field) => field.extras.default !== undefined || reachesDefault(field.type, seen));
}
