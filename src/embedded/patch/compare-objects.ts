import { equalJson } from '../../system/json.ts';
import type { ListShape, MapShape, ValueShape } from '../schema/value-shape.ts';
import { EMPTY_SET, FieldSetBuilder, type FieldSet } from './field-set.ts';
import { stepOfItem } from './path-step.ts';
import { isPlainObject } from './plain-object.ts';

/** Which fields an object has more, has less, and has with another value than before. */
export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** Compares two states of an object field by field. Models structured-merge-diff typed/compare.go. */
export function compareObjects(shape: ValueShape, before: unknown, after: unknown): Comparison {
  const comparer = new Comparer();
  comparer.compare(shape, before, after);
  return comparer.result();
}

type Kind = 'absent' | 'null' | 'scalar' | 'list' | 'map';

function kindOf(value: unknown): Kind {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'map' : 'scalar';
}

/** One of the forms of a shape that applies to a value. */
function formFor(shape: ValueShape, kind: Kind): 'map' | 'scalar' | 'list' {
  if (kind === 'scalar' && shape.isScalar) return 'scalar';
  if (kind === 'list' && shape.list) return 'list';
  if (shape.map) return 'map';
  return shape.isScalar ? 'scalar' : 'list';
}

class Comparer {
  readonly #path: string[] = [];
  #added: FieldSetBuilder | undefined;
  #modified: FieldSetBuilder | undefined;
  #removed: FieldSetBuilder | undefined;

  result(): Comparison {
    return {
      added: this.#added?.build() ?? EMPTY_SET,
      modified: this.#modified?.build() ?? EMPTY_SET,
      removed: this.#removed?.build() ?? EMPTY_SET,
    };
  }

  compare(shape: ValueShape, before: unknown, after: unknown): void {
    if (before === after) return;
    const kindBefore = kindOf(before);
    const kindAfter = kindOf(after);
    const formBefore = formFor(shape, kindBefore === 'absent' ? kindAfter : kindBefore);
    const formAfter = formFor(shape, kindAfter === 'absent' ? kindBefore : kindAfter);
    if (formBefore !== formAfter && kindBefore !== 'null' && kindAfter !== 'null') this.#compareAs(formBefore, shape, before, after);
    const wasLeaf = this.#compareAs(kindAfter === 'null' ? formBefore : formAfter, shape, before, after);
    if (wasLeaf) return;
    if (kindBefore === 'absent') this.#add();
    else if (kindAfter === 'absent') this.#remove();
  }

  /** Answers whether the value was compared as a whole. */
  #compareAs(form: 'map' | 'scalar' | 'list', shape: ValueShape, before: unknown, after: unknown): boolean {
    if (form === 'map') return this.#compareMaps(shape.map!, before, after);
    if (form === 'list') return this.#compareLists(shape.list!, before, after);
    return this.#compareLeaf(before, after);
  }

  #compareLeaf(before: unknown, after: unknown): true {
    if (before === undefined) this.#add();
    else if (after === undefined) this.#remove();
    else if (!equalJson(before, after)) this.#modify();
    return true;
  }

  #compareMaps(shape: MapShape, before: unknown, after: unknown): boolean {
    const old = isPlainObject(before) ? before : {};
    const fresh = isPlainObject(after) ? after : {};
    if (shape.isAtomic || (isEmpty(old) && isEmpty(fresh))) return this.#compareLeaf(before, after);
    for (const key in fresh) {
      const was = Object.hasOwn(old, key) ? old[key] : undefined;
      if (was !== fresh[key]) this.#compareKey(shape, key, was, fresh[key]);
    }
    for (const key in old) if (old[key] !== undefined && fresh[key] === undefined) this.#compareKey(shape, key, old[key], undefined);
    return false;
  }

  #compareKey(shape: MapShape, key: string, before: unknown, after: unknown): void {
    const inner = shape.field(key) ?? shape.element;
    if (!inner) return;
    this.#path.push(`f:${key}`);
    this.compare(inner, before, after);
    this.#path.pop();
  }

  #compareLists(shape: ListShape, before: unknown, after: unknown): boolean {
    const old = Array.isArray(before) ? (before as unknown[]) : [];
    const fresh = Array.isArray(after) ? (after as unknown[]) : [];
    if (shape.relation === 'atomic' || (old.length === 0 && fresh.length === 0)) return this.#compareLeaf(before, after);
    if (old.length === fresh.length && old.every((item, index) => equalJson(item, fresh[index]))) return false;
    const oldByStep = itemsByStep(shape, old);
    const freshByStep = itemsByStep(shape, fresh);
    for (const step of new Set([...oldByStep.keys(), ...freshByStep.keys()])) {
      this.#path.push(step);
      this.#compareItems(shape, oldByStep.get(step) ?? [], freshByStep.get(step) ?? []);
      this.#path.pop();
    }
    return false;
  }

  /** Compares what stands under one step; several items there are repetitions, which count as one field. */
  #compareItems(shape: ListShape, old: unknown[], fresh: unknown[]): void {
    if (old.length <= 1 && fresh.length <= 1) this.compare(shape.element, old[0], fresh[0]);
    else if (old.length > 1 && fresh.length > 1) {
      if (!equalJson(old, fresh)) this.#modify();
    } else if (old.length > 1) {
      if (fresh.length > 0) this.compare(shape.element, undefined, fresh[0]);
      this.#remove();
    } else {
      if (old.length > 0) this.compare(shape.element, old[0], undefined);
      this.#add();
    }
  }

  #add(): void {
    (this.#added ??= new FieldSetBuilder()).insert(this.#path);
  }

  #modify(): void {
    (this.#modified ??= new FieldSetBuilder()).insert(this.#path);
  }

  #remove(): void {
    (this.#removed ??= new FieldSetBuilder()).insert(this.#path);
  }
}

function isEmpty(object: Record<string, unknown>): boolean {
  for (const key in object) if (object[key] !== undefined) return false;
  return true;
}

/** The items of a set or a keyed list by their step; items that cannot be told apart are left out. */
function itemsByStep(shape: ListShape, list: unknown[]): Map<string, unknown[]> {
  const items = new Map<string, unknown[]>();
  for (const item of list) {
    const step = tryStep(shape, item);
    if (step === undefined) continue;
    const known = items.get(step);
    if (known) known.push(item);
    else items.set(step, [item]);
  }
  return items;
}

function tryStep(shape: ListShape, item: unknown): string | undefined {
  try {
    return stepOfItem(shape, item);
  } catch {
    return undefined;
  }
}
