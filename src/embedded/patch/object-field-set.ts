import type { ListShape, MapShape, ValueShape } from '../schema/value-shape.ts';
import { FieldSetBuilder, type FieldSet } from './field-set.ts';
import { stepOfItem } from './path-step.ts';
import { isPlainObject } from './plain-object.ts';

/** Every field that an object mentions. Models structured-merge-diff typed/tofieldset.go. */
export function objectFieldSet(shape: ValueShape, object: unknown): FieldSet {
  const collector = new Collector();
  collector.visit(shape, object);
  return collector.fields.build();
}

class Collector {
  readonly fields = new FieldSetBuilder();
  readonly #path: string[] = [];

  visit(shape: ValueShape, value: unknown): void {
    if (shape.map && (isPlainObject(value) || value === null || (!shape.isScalar && !shape.list))) this.#visitMap(shape.map, value);
    else if (shape.list && (Array.isArray(value) || !shape.isScalar)) this.#visitList(shape.list, value);
    else this.#insert();
  }

  #visitMap(shape: MapShape, value: unknown): void {
    if (shape.isAtomic) {
      this.#insert();
      return;
    }
    if (!isPlainObject(value)) return;
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      const named = shape.field(key);
      const inner = named ?? shape.element;
      if (!inner) continue;
      this.#path.push(`f:${key}`);
      this.visit(inner, item);
      if (!named || item === null || (isPlainObject(item) && Object.keys(item).length === 0)) this.#insert();
      this.#path.pop();
    }
  }

  #visitList(shape: ListShape, value: unknown): void {
    if (shape.relation === 'atomic') {
      this.#insert();
      return;
    }
    if (!Array.isArray(value)) return;
    const steps = value.map((item) => stepOfItem(shape, item));
    value.forEach((item, index) => {
      const step = steps[index]!;
      this.#path.push(step);
      const isRepeated = steps.indexOf(step) !== steps.lastIndexOf(step);
      if (!isRepeated) this.visit(shape.element, item);
      this.#insert();
      this.#path.pop();
    });
  }

  #insert(): void {
    this.fields.insert(this.#path);
  }
}
