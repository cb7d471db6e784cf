import type { FieldsV1 } from '../../kube/types/meta.ts';

/**
 * Sets of fields, in the form in which managedFields carries them. A step of a path is `f:name`, `k:{"name":"a"}`, `v:"x"` or `i:0`;
 * a node without steps is a member, one with steps is a member when it has the step `.`. The root is never a member.
 * Sets are never changed: operations answer a set that shares what stayed, or the very same set when nothing changed.
 * Models structured-merge-diff fieldpath/set.go.
 */
export type FieldSet = FieldsV1;

export const EMPTY_SET: FieldSet = Object.freeze({});
const MEMBER: FieldSet = EMPTY_SET;

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

function isMember(node: FieldSet): boolean {
  return isEmptySet(node) || '.' in node;
}

function hasSteps(node: FieldSet): boolean {
  for (const step in node) if (step !== '.') return true;
  return false;
}

/** A node out of its steps; undefined when nothing is left of it. */
function makeNode(steps: FieldSet, isItselfMember: boolean): FieldSet | undefined {
  if (isEmptySet(steps)) return isItselfMember ? MEMBER : undefined;
  return isItselfMember ? { '.': MEMBER, ...steps } : steps;
}

/** The fields that are in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  return isEmptySet(a) ? b : unionNodes(a, b, true);
}

function unionNodes(a: FieldSet, b: FieldSet, isRoot: boolean): FieldSet {
  if (a === b) return a;
  let result = a;
  const change = (step: string, node: FieldSet) => {
    if (result === a) result = { ...a };
    result[step] = node;
  };
  if (!isRoot && isMember(b) && !isMember(a)) change('.', MEMBER);
  for (const step in b) {
    if (step === '.') continue;
    const theirs = b[step]!;
    const own = Object.hasOwn(a, step) ? a[step]! : undefined;
    if (own === undefined) change(step, theirs);
    else {
      const merged = unionNodes(own, theirs, false);
      if (merged !== own) change(step, merged);
    }
  }
  return !isRoot && isMember(a) && hasSteps(result) && !('.' in result) ? { '.': MEMBER, ...result } : result;
}

/** The fields of `a` that are not in `b`; what lies below a field of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  return differenceNodes(a, b, true, false) ?? EMPTY_SET;
}

/** The fields of `a` that are neither in `b` nor below a field of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  return differenceNodes(a, b, true, true) ?? EMPTY_SET;
}

function differenceNodes(a: FieldSet, b: FieldSet, isRoot: boolean, isRecursive: boolean): FieldSet | undefined {
  const wasMember = !isRoot && isMember(a);
  const stays = wasMember && !isMember(b);
  if (isRecursive && !isRoot && isMember(b)) return undefined;
  let isChanged = wasMember !== stays;
  const steps: FieldSet = {};
  for (const step in a) {
    if (step === '.') continue;
    const own = a[step]!;
    const rest = Object.hasOwn(b, step) ? differenceNodes(own, b[step]!, false, isRecursive) : own;
    if (rest !== own) isChanged = true;
    if (rest) steps[step] = rest;
  }
  return isChanged ? makeNode(steps, stays) : a;
}

/** The fields that are in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  return intersectNodes(a, b, true) ?? EMPTY_SET;
}

function intersectNodes(a: FieldSet, b: FieldSet, isRoot: boolean): FieldSet | undefined {
  const steps: FieldSet = {};
  for (const step in a) {
    if (step === '.' || !Object.hasOwn(b, step)) continue;
    const common = intersectNodes(a[step]!, b[step]!, false);
    if (common) steps[step] = common;
  }
  return makeNode(steps, !isRoot && isMember(a) && isMember(b));
}

/** Whether the field at a path of steps is in the set. */
export function hasField(set: FieldSet, path: readonly string[]): boolean {
  let node = set;
  for (const step of path) {
    if (!Object.hasOwn(node, step)) return false;
    node = node[step]!;
  }
  return path.length > 0 && isMember(node);
}

/** Whether a step below a node is itself a member. */
export function hasStep(node: FieldSet, step: string): boolean {
  return Object.hasOwn(node, step) && isMember(node[step]!);
}

/** What the set says about the fields below a step. */
export function below(node: FieldSet, step: string): FieldSet {
  return Object.hasOwn(node, step) ? node[step]! : EMPTY_SET;
}

/** Whether two sets hold the same fields. */
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  return a === b || equalNodes(a, b, true);
}

function equalNodes(a: FieldSet, b: FieldSet, isRoot: boolean): boolean {
  if (a === b) return true;
  if (!isRoot && isMember(a) !== isMember(b)) return false;
  for (const step in b) if (step !== '.' && !Object.hasOwn(a, step)) return false;
  for (const step in a) {
    if (step === '.') continue;
    if (!Object.hasOwn(b, step) || !equalNodes(a[step]!, b[step]!, false)) return false;
  }
  return true;
}

/** Every field of the set as its path of steps, parents before what lies below them. */
export function fieldsOf(set: FieldSet): string[][] {
  const paths: string[][] = [];
  collect(set, [], paths);
  return paths;
}

function collect(node: FieldSet, path: string[], paths: string[][]): void {
  if (path.length > 0 && isMember(node)) paths.push(path);
  for (const step of Object.keys(node).sort(compareSteps)) if (step !== '.') collect(node[step]!, [...path, step], paths);
}

const STEP_KINDS = 'fkvi';

/** The order in which the server lists steps: fields, keys, values, indexes, each by what it names. */
export function compareSteps(a: string, b: string): number {
  const kinds = STEP_KINDS.indexOf(a[0]!) - STEP_KINDS.indexOf(b[0]!);
  if (kinds !== 0) return kinds;
  if (a[0] === 'i') return Number(a.slice(2)) - Number(b.slice(2));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Collects fields one by one into a set. */
export class FieldSetBuilder {
  readonly #root: FieldSet = {};

  /** Adds a field; the empty path adds nothing. */
  insert(path: readonly string[]): void {
    let node = this.#root;
    const last = path.length - 1;
    path.forEach((step, index) => {
      const known = Object.hasOwn(node, step) ? node[step]! : undefined;
      const isMissingMember = known !== undefined && isEmptySet(known) !== (index === last);
      if (isMissingMember) known['.'] = MEMBER;
      node = known ?? (node[step] = {});
    });
  }

  build(): FieldSet {
    return this.#root;
  }
}
