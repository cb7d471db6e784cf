import { cloneJson, setOwn } from '../../system/json.ts';
import type { ListShape, MapShape, ValueShape } from '../schema/value-shape.ts';
import { stepOfItem } from './path-step.ts';
import { isPlainObject } from './plain-object.ts';

/**
 * The live object with what an applied configuration says; nothing is taken away. Keyed lists keep the live order as far as the applied
 * one allows. Models structured-merge-diff typed/merge.go. Both objects must have passed checkAgainstShape.
 */
export function mergeApplied(shape: ValueShape, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return cloneJson(live);
  if (live === undefined && !isPlainObject(applied) && !Array.isArray(applied)) return applied;
  if (isPlainObject(applied) && shape.map) return mergeMaps(shape.map, live, applied);
  if (Array.isArray(applied) && shape.list) return mergeLists(shape.list, live, applied);
  return cloneJson(applied);
}

function mergeMaps(shape: MapShape, live: unknown, applied: Record<string, unknown>): unknown {
  if (shape.isAtomic || !isPlainObject(live) || Object.keys(live).length === 0) return cloneJson(applied);
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(live), ...Object.keys(applied)])) {
    const inner = shape.field(key) ?? shape.element;
    if (!inner) continue;
    const value = mergeApplied(inner, own(live, key), own(applied, key));
    if (value !== undefined) setOwn(merged, key, value);
  }
  return merged;
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function mergeLists(shape: ListShape, live: unknown, applied: unknown[]): unknown {
  if (shape.relation === 'atomic' || !Array.isArray(live) || live.length === 0) return cloneJson(applied);
  if (applied.length === 0) return cloneJson(live);
  return new ListMerge(shape, live, applied).merge();
}

/** Walks two keyed lists side by side, so that shared items come in the applied order and the others stay near where they were. */
class ListMerge {
  readonly #shape: ListShape;
  readonly #live: unknown[];
  readonly #liveSteps: string[];
  readonly #appliedSteps: string[];
  readonly #liveByStep = new Map<string, unknown>();
  readonly #appliedByStep = new Map<string, unknown>();
  /** Applied items that are live too and still have to be placed, in the applied order. */
  readonly #sharedSteps: string[];
  readonly #placed = new Set<string>();
  readonly #merged: unknown[] = [];

  constructor(shape: ListShape, live: unknown[], applied: unknown[]) {
    this.#shape = shape;
    this.#live = live;
    this.#liveSteps = live.map((item) => stepOfItem(shape, item));
    this.#appliedSteps = applied.map((item) => stepOfItem(shape, item));
    // Why: repeated live items are not merged with the applied one, which takes the place of all of them.
    this.#liveSteps.forEach((step, index) => this.#liveByStep.set(step, this.#liveByStep.has(step) ? undefined : live[index]));
    this.#appliedSteps.forEach((step, index) => this.#appliedByStep.set(step, applied[index]));
    this.#sharedSteps = this.#appliedSteps.filter((step) => this.#liveByStep.has(step));
  }

  merge(): unknown[] {
    let liveIndex = 0;
    for (const step of this.#appliedSteps) {
      liveIndex = this.#placeLiveItemsBefore(step, liveIndex);
      this.#place(step);
      if (this.#liveSteps[liveIndex] === step) liveIndex += 1;
    }
    for (; liveIndex < this.#live.length; liveIndex += 1) this.#keepUnlessApplied(liveIndex);
    return this.#merged;
  }

  /** Live items that were not applied stay in front of the applied item; answers the first live item that has to wait. */
  #placeLiveItemsBefore(step: string, from: number): number {
    let index = from;
    for (; index < this.#liveSteps.length; index += 1) {
      const liveStep = this.#liveSteps[index]!;
      if (liveStep === step || this.#isNextShared(liveStep)) break;
      if (this.#sharedSteps.length === 0 && this.#placed.has(liveStep)) return index + 1;
      this.#keepUnlessApplied(index);
    }
    return index;
  }

  #isNextShared(step: string): boolean {
    return this.#sharedSteps[0] === step;
  }

  #keepUnlessApplied(index: number): void {
    if (!this.#appliedByStep.has(this.#liveSteps[index]!)) this.#merged.push(cloneJson(this.#live[index]));
  }

  #place(step: string): void {
    if (this.#isNextShared(step)) this.#sharedSteps.shift();
    this.#placed.add(step);
    this.#merged.push(mergeApplied(this.#shape.element, this.#liveByStep.get(step), this.#appliedByStep.get(step)));
  }
}
