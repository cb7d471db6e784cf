import { Environment } from '@marcbachmann/cel-js';
import { goRegExp } from './go-regexp.ts';
import { compareQuantities, parseQuantity, type Quantity } from './quantity.ts';

/** A quantity inside an expression. */
class CelQuantity {
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    this.quantity = quantity;
  }
}

let ofCustomResources: Environment | undefined;
let ofAdmission: Environment | undefined;

/** The environment in which rules of custom resources are evaluated: `self`, `oldSelf` and the functions that Kubernetes adds to CEL. */
export function celEnvironment(): Environment {
  return (ofCustomResources ??= build(['self', 'oldSelf']));
}

/** The environment in which admission policies are evaluated. */
export function admissionEnvironment(): Environment {
  return (ofAdmission ??= build(['object', 'oldObject', 'request', 'namespaceObject', 'variables']));
}

function build(variables: readonly string[]): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false });
  for (const name of variables) environment.registerVariable(name, 'dyn');
  registerRegex(environment);
  registerLists(environment);
  registerQuantities(environment);
  registerUrls(environment);
  registerOptionals(environment);
  return environment;
}

interface Optional {
  hasValue(): boolean;
  value(): unknown;
}

/** Two that hold nothing are equal, and two that hold equal values. Models cel-go common/types/optional.go Equal. */
function registerOptionals(environment: Environment): void {
  const held = new Environment({ homogeneousAggregateLiterals: false }).registerVariable('left', 'dyn').registerVariable('right', 'dyn');
  const areEqual = held.parse('left == right');
  environment.registerOperator('optional<dyn> == optional<dyn>', (left: Optional, right: Optional) => {
    if (!left.hasValue() || !right.hasValue()) return left.hasValue() === right.hasValue();
    return areEqual({ left: left.value(), right: right.value() }) === true;
  });
}

function registerRegex(environment: Environment): void {
  environment.registerFunction('string.find(string): string', (text: string, pattern: string) => goRegExp(pattern)?.exec(text)?.[0] ?? '');
  environment.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => findAll(text, pattern));
  environment.registerFunction('string.replace(string, string): string', (text: string, old: string, replacement: string) =>
    text.split(old).join(replacement),
  );
}

function findAll(text: string, pattern: string): string[] {
  const expression = goRegExp(pattern);
  return expression ? Array.from(text.matchAll(new RegExp(expression.source, `${expression.flags}g`)), ([match]) => match) : [];
}

type Comparable = bigint | number | string | boolean;

function registerLists(environment: Environment): void {
  environment.registerFunction('list.isSorted(): bool', (list: Comparable[]) =>
    list.every((item, index) => index === 0 || list[index - 1]! <= item),
  );
  environment.registerFunction('list.sum(): dyn', (list: (bigint | number)[]) => sum(list));
  environment.registerFunction('list.min(): dyn', (list: Comparable[]) => extreme(list, (a, b) => a < b, 'min'));
  environment.registerFunction('list.max(): dyn', (list: Comparable[]) => extreme(list, (a, b) => a > b, 'max'));
  environment.registerFunction('list.indexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.indexOf(item)));
  environment.registerFunction('list.lastIndexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.lastIndexOf(item)));
}

function sum(list: (bigint | number)[]): bigint | number {
  if (list.some((item) => typeof item === 'number')) return list.reduce((total: number, item) => total + Number(item), 0);
  return list.reduce((total: bigint, item) => total + BigInt(item), 0n);
}

function extreme(list: Comparable[], isBetter: (a: Comparable, b: Comparable) => boolean, name: string): Comparable {
  if (list.length === 0) throw new Error(`${name} called on empty list`);
  return list.reduce((best, item) => (isBetter(item, best) ? item : best));
}

function registerQuantities(environment: Environment): void {
  environment.registerType('Quantity', CelQuantity);
  environment.registerFunction('isQuantity(string): bool', (text: string) => isQuantity(text));
  environment.registerFunction('quantity(string): Quantity', (text: string) => new CelQuantity(parseQuantity(text)));
  const comparison = (name: string, holds: (order: number) => boolean) =>
    environment.registerFunction(`Quantity.${name}(Quantity): bool`, (a: CelQuantity, b: CelQuantity) =>
      holds(compareQuantities(a.quantity, b.quantity)),
    );
  comparison('isLessThan', (order) => order < 0);
  comparison('isGreaterThan', (order) => order > 0);
  environment.registerFunction('Quantity.compareTo(Quantity): int', (a: CelQuantity, b: CelQuantity) =>
    BigInt(compareQuantities(a.quantity, b.quantity)),
  );
  environment.registerFunction('Quantity.sign(): int', (a: CelQuantity) => (a.quantity.nano === 0n ? 0n : a.quantity.nano < 0n ? -1n : 1n));
  environment.registerFunction('Quantity.isInteger(): bool', (a: CelQuantity) => a.quantity.nano % 1_000_000_000n === 0n);
  environment.registerFunction('Quantity.asInteger(): int', (a: CelQuantity) => a.quantity.nano / 1_000_000_000n);
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

function registerUrls(environment: Environment): void {
  environment.registerFunction('isURL(string): bool', (text: string) => URL.canParse(text) && /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text));
}
