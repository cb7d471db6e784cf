import type { ListShape, MapShape, ValueShape } from '../schema/value-shape.ts';
import { goPrint } from './go-print.ts';
import { printPath, stepOfItem, UnidentifiableItem } from './path-step.ts';
import { isPlainObject } from './plain-object.ts';

/**
 * What is wrong with a configuration that shall be applied: fields that the kind doesn't have, lists with an item twice.
 * Each problem in the server's words, with its path in front. Models structured-merge-diff typed/validate.go.
 */
export function checkAgainstShape(shape: ValueShape, value: unknown): string[] {
  const problems: string[] = [];
  visit(shape, value, [], problems);
  return problems;
}

function visit(shape: ValueShape, value: unknown, path: string[], problems: string[]): void {
  if (value === null || value === undefined) return;
  if (isPlainObject(value) && shape.map) visitMap(shape.map, value, path, problems);
  else if (Array.isArray(value) && shape.list) visitList(shape.list, value, path, problems);
  else if (isPlainObject(value) || Array.isArray(value) || !shape.isScalar) {
    const expected = shape.map ? 'map' : shape.list ? 'list' : 'any scalar';
    problems.push(`${printPath(path)}: expected ${expected}, got &{${goPrint(value)}}`);
  }
}

function visitMap(shape: MapShape, map: Record<string, unknown>, path: string[], problems: string[]): void {
  for (const key of Object.keys(map)) {
    const inner = shape.field(key) ?? shape.element;
    const place = [...path, `f:${key}`];
    if (inner) visit(inner, map[key], place, problems);
    else problems.push(`${printPath(place)}: field not declared in schema`);
  }
}

function visitList(shape: ListShape, list: unknown[], path: string[], problems: string[]): void {
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const step = shape.relation === 'atomic' ? `i:${index}` : identify(shape, item, { index, path, problems });
    if (step === undefined) return;
    if (seen.has(step)) problems.push(`${printPath(path)}: duplicate entries for key ${printPath([step])}`);
    seen.add(step);
    visit(shape.element, item, [...path, step], problems);
  }
}

function identify(shape: ListShape, item: unknown, place: { index: number; path: string[]; problems: string[] }): string | undefined {
  try {
    return stepOfItem(shape, item);
  } catch (error) {
    if (!(error instanceof UnidentifiableItem)) throw error;
    place.problems.push(`${printPath(place.path)}: element ${place.index}: ${error.message}`);
    return undefined;
  }
}
