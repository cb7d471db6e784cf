/** One place where an object differs from what is wanted. */
export interface Mismatch {
  /** Such as `spec.strategy.blueGreen.autoPromotionEnabled` or `spec.containers[shop].image`. */
  path: string;
  expected: string;
  found: string;
}

/**
 * Where `actual` differs from the partial object `wanted`; empty when it matches. Keys that `wanted` does not name are free. Items of a
 * wanted list are looked for by `name` where they have one, else anywhere in the list. `{$oneOf: [...]}`, `{$matches: 'regex'}`,
 * `{$not: value}` and `{$exists: boolean}` stand for a value; `$says` beside one of them is how people are told what is expected.
 */
export function findMismatches(actual: unknown, wanted: unknown, path = ''): Mismatch[] {
  const operator = operatorOf(wanted);
  if (operator) return holds(operator, actual, path) ? [] : [mismatch(path, describeOperator(operator), actual)];
  if (Array.isArray(wanted)) return matchList(actual, wanted, path);
  if (isRecord(wanted)) return matchObject(actual, wanted, path);
  return isSameScalar(actual, wanted) ? [] : [mismatch(path, show(wanted), actual)];
}

function matchObject(actual: unknown, wanted: Record<string, unknown>, path: string): Mismatch[] {
  if (!isRecord(actual)) return [mismatch(path, 'an object', actual)];
  return Object.entries(wanted).flatMap(([key, value]) => findMismatches(own(actual, key), value, join(path, key)));
}

function matchList(actual: unknown, wanted: unknown[], path: string): Mismatch[] {
  if (!Array.isArray(actual)) return [mismatch(path, 'a list', actual)];
  return wanted.flatMap((item) => matchItem(actual, item, path));
}

function matchItem(actual: unknown[], wanted: unknown, path: string): Mismatch[] {
  const name = isRecord(wanted) ? own(wanted, 'name') : undefined;
  if (typeof name === 'string') {
    const named = actual.find((item) => isRecord(item) && own(item, 'name') === name);
    return named === undefined ? [mismatch(`${path}[${name}]`, 'there', undefined)] : findMismatches(named, wanted, `${path}[${name}]`);
  }
  const attempts = actual.map((item, index) => findMismatches(item, wanted, `${path}[${index}]`));
  if (attempts.some((attempt) => attempt.length === 0)) return [];
  return closest(attempts, wanted) ?? [mismatch(path, `a list with ${describeItem(wanted)}`, actual)];
}

/** What is wrong with the one item of which something is right; undefined where that says nothing. */
function closest(attempts: Mismatch[][], wanted: unknown): Mismatch[] | undefined {
  if (!isRecord(wanted) || operatorOf(wanted)) return undefined;
  const near = attempts.filter((attempt) => attempt.length < Object.keys(wanted).length);
  return near.length === 1 ? near[0] : undefined;
}

function describeItem(wanted: unknown): string {
  const operator = operatorOf(wanted);
  return operator ? describeOperator(operator) : show(wanted);
}

type Operator = { says: unknown } & (
  | { name: '$oneOf'; values: unknown[] }
  | { name: '$matches'; pattern: string }
  | { name: '$not'; value: unknown }
  | { name: '$exists'; value: boolean }
);

function operatorOf(wanted: unknown): Operator | undefined {
  if (!isRecord(wanted)) return undefined;
  const { $says: says, ...rest } = wanted;
  const keys = Object.keys(rest);
  const value = rest[keys[0] ?? ''];
  if (keys.length !== 1) return undefined;
  if (keys[0] === '$oneOf' && Array.isArray(value)) return { name: '$oneOf', values: value, says };
  if (keys[0] === '$matches' && typeof value === 'string') return { name: '$matches', pattern: value, says };
  if (keys[0] === '$not') return { name: '$not', value, says };
  if (keys[0] === '$exists' && typeof value === 'boolean') return { name: '$exists', value, says };
  return undefined;
}

function holds(operator: Operator, actual: unknown, path: string): boolean {
  switch (operator.name) {
    case '$oneOf':
      return operator.values.some((value) => findMismatches(actual, value, path).length === 0);
    case '$matches':
      return (typeof actual === 'string' || typeof actual === 'number') && new RegExp(operator.pattern).test(String(actual));
    case '$not':
      return findMismatches(actual, operator.value, path).length > 0;
    case '$exists':
      return (actual !== undefined && actual !== null) === operator.value;
  }
}

function describeOperator(operator: Operator): string {
  if (typeof operator.says === 'string') return operator.says;
  switch (operator.name) {
    case '$oneOf':
      return operator.values.map(show).join(' or ');
    case '$matches':
      return `text that matches ${operator.pattern}`;
    case '$not':
      return `anything but ${show(operator.value)}`;
    case '$exists':
      return operator.value ? 'set' : 'not set';
  }
}

function isSameScalar(actual: unknown, wanted: unknown): boolean {
  return actual === wanted || (wanted === null && actual === undefined);
}

function mismatch(path: string, expected: string, found: unknown): Mismatch {
  return { path: path || '(the object)', expected, found: show(found) };
}

const LONGEST_SHOWN = 120;

/** A value for people: JSON, cut where it gets long. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function join(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
