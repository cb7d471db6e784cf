import { BUILTINS } from './builtins.ts';
import { ExpressionError } from './expression-error.ts';
import { calculate, compare, compareText, fetch, isEqual, isIn, negate, range, slice } from './operations.ts';
import type { Node } from './syntax.ts';
import { asserted, FunctionValue, goKind, goType, isList, isMap, type Value } from './values.ts';

type NodeOf<T extends Node['type']> = Extract<Node, { type: T }>;
interface Closure {
  element: Value;
  index: number;
  accumulated: Value;
}

/** Leaves a chain of accesses that met nil. */
class MetNil extends Error {}

/** The value of an expression whose types have been checked; throws ExpressionError. Models expr vm/vm.go. */
export function evaluate(node: Node, environment: Readonly<Record<string, Value>>): Value {
  return new Evaluation(environment).value(node);
}

class Evaluation {
  readonly #environment: Readonly<Record<string, Value>>;
  readonly #closures: Closure[] = [];
  readonly #variables: { name: string; value: Value }[] = [];

  constructor(environment: Readonly<Record<string, Value>>) {
    this.#environment = environment;
  }

  value(node: Node): Value {
    switch (node.type) {
      case 'nil':
        return null;
      case 'bool':
      case 'integer':
      case 'float':
      case 'string':
        return node.value;
      case 'identifier':
        return this.#identifier(node.name);
      case 'pointer':
        return this.#pointer(node.name);
      case 'unary':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'chain':
        return this.#chain(node);
      case 'member':
        return this.#member(node);
      case 'slice':
        return this.#slice(node);
      case 'call':
        return call(
          this.value(node.callee),
          node.args.map((arg) => this.value(arg)),
        );
      case 'builtin':
        return this.#builtin(node);
      case 'predicate':
        return this.value(node.body);
      case 'let':
        return this.#let(node);
      case 'sequence':
        return node.nodes.map((each) => this.value(each)).at(-1)!;
      case 'conditional':
        return this.value(this.#holds(node.condition) ? node.then : node.otherwise);
      case 'array':
        return node.items.map((item) => this.value(item));
      case 'map':
        return this.#map(node);
    }
  }

  #holds(node: Node): boolean {
    return asserted(this.value(node), 'bool');
  }

  #identifier(name: string): Value {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (variable) return variable.value;
    if (name === '$env') return this.#environment;
    return this.#environment[name] ?? null;
  }

  #pointer(name: string): Value {
    const { element, index, accumulated } = this.#closures.at(-1)!;
    if (name === '') return element;
    return name === 'index' ? BigInt(index) : accumulated;
  }

  #unary({ operator, operand }: NodeOf<'unary'>): Value {
    if (operator === '!' || operator === 'not') return !this.#holds(operand);
    const value = this.value(operand);
    return operator === '-' ? negate(value) : value;
  }

  #binary({ operator, left, right, isWhole }: NodeOf<'binary'>): Value {
    switch (operator) {
      case 'and':
      case '&&':
        return this.#logical(left, right, true);
      case 'or':
      case '||':
        return this.#logical(left, right, false);
      case '??':
        return this.value(left) ?? this.value(right);
      default: {
        const [first, second] = [this.value(left), this.value(right)];
        if (isWhole) for (const value of [second, first]) asserted(value, 'int');
        return apply(operator, first, second);
      }
    }
  }

  /** `and` goes on after true, `or` after false. A side that is constant decides before anything is evaluated, as the optimizer sees to. */
  #logical(left: Node, right: Node, goesOnAfter: boolean): Value {
    const [first, second] = [constantTruth(left), constantTruth(right)];
    if (first === goesOnAfter) return this.value(right);
    if (second === goesOnAfter) return this.value(left);
    if (first !== undefined || second !== undefined) return !goesOnAfter;
    return this.#holds(left) === goesOnAfter ? this.value(right) : !goesOnAfter;
  }

  #chain({ inner }: NodeOf<'chain'>): Value {
    try {
      return this.value(inner);
    } catch (error) {
      if (error instanceof MetNil) return null;
      throw error;
    }
  }

  #member({ base, property, isOptional }: NodeOf<'member'>): Value {
    const from = this.value(base);
    if (isOptional && from === null) throw new MetNil();
    return fetch(from, this.value(property));
  }

  #slice({ base, from, to }: NodeOf<'slice'>): Value {
    const whole = this.value(base);
    const end = to ? this.value(to) : BUILTINS.get('len')!([whole]);
    return slice(whole, from ? this.value(from) : 0n, end);
  }

  #builtin({ name, args }: NodeOf<'builtin'>): Value {
    const builtin = BUILTINS.get(name);
    if (builtin) return builtin(args.map((arg) => this.value(arg)));
    const [list, closure, initial] = args;
    const items = elementsOf(this.value(list!));
    if (name === 'reduce') return this.#reduce(items, closure!, initial);
    const at = (index: number): Value =>
      closure ? this.#within(closure, { element: items[index]!, index, accumulated: null }) : items[index]!;
    return this.#search(name, items, at);
  }

  /** Looks at the elements in order, and no further than necessary. */
  #search(name: string, items: readonly Value[], at: (index: number) => Value): Value {
    const indexes = items.map((_, index) => index);
    const holds = (index: number): boolean => asserted(at(index), 'bool');
    const itemAt = (index: number | undefined): Value => (index === undefined ? null : items[index]!);
    switch (name) {
      case 'all':
        return indexes.every(holds);
      case 'none':
        return !indexes.some(holds);
      case 'any':
        return indexes.some(holds);
      case 'one':
        return indexes.filter(holds).length === 1;
      case 'filter':
        return indexes.filter(holds).map(itemAt);
      case 'map':
        return indexes.map(at);
      case 'count':
        return BigInt(indexes.filter(holds).length);
      case 'sum':
        return indexes.reduce<Value>((total, index) => calculate('+', at(index), total), 0n);
      case 'find':
        return itemAt(indexes.find(holds));
      case 'findLast':
        return itemAt(indexes.findLast(holds));
      case 'findIndex':
        return nilUnlessFound(indexes.find(holds));
      default:
        return nilUnlessFound(indexes.findLast(holds));
    }
  }

  #reduce(items: readonly Value[], closure: Node, initial: Node | undefined): Value {
    if (!initial && items.length === 0) throw new ExpressionError('reflect: slice index out of range');
    let accumulated = initial ? this.value(initial) : items[0]!;
    items.forEach((element, index) => {
      if (index > 0 || initial) accumulated = this.#within(closure, { element, index, accumulated });
    });
    return accumulated;
  }

  #within(closure: Node, scope: Closure): Value {
    this.#closures.push(scope);
    const value = this.value(closure);
    this.#closures.pop();
    return value;
  }

  #let({ name, value, body }: NodeOf<'let'>): Value {
    this.#variables.push({ name, value: this.value(value) });
    const result = this.value(body);
    this.#variables.pop();
    return result;
  }

  #map({ pairs }: NodeOf<'map'>): Value {
    return Object.fromEntries(pairs.map(({ key, value }) => [asserted(this.value(key), 'string'), this.value(value)]));
  }
}

function apply(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compare(operator, left, right);
    case 'in':
      return isIn(left, right);
    case '..':
      return range(left, right);
    case 'contains':
    case 'startsWith':
    case 'endsWith':
    case 'matches':
      return compareText(operator, left, right);
    default:
      return calculate(operator, left, right);
  }
}

function call(callee: Value, args: readonly Value[]): Value {
  if (callee === null) throw new ExpressionError('invalid operation: cannot call nil');
  if (callee instanceof FunctionValue) return callee.call(args);
  throw new ExpressionError(`invalid operation: cannot call non-function of type ${goType(callee)}`);
}

function elementsOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (isMap(value) && Object.keys(value).length === 0) return [];
  const method = isMap(value) ? 'Index' : 'Len';
  throw new ExpressionError(`reflect: call of reflect.Value.${method} on ${value === null ? 'zero' : goKind(value)} Value`);
}

/** What a condition comes to without any value, as far as the optimizer works it out. */
function constantTruth(node: Node): boolean | undefined {
  if (node.type === 'bool') return node.value;
  if (node.type === 'unary' && (node.operator === '!' || node.operator === 'not')) {
    const operand = constantTruth(node.operand);
    return operand === undefined ? undefined : !operand;
  }
  if (node.type !== 'binary' || node.operator !== '==') return undefined;
  const { left, right } = node;
  const isLiteral = left.type === right.type && ['integer', 'string', 'bool'].includes(left.type);
  return isLiteral && 'value' in left && 'value' in right ? left.value === right.value : undefined;
}

function nilUnlessFound(index: number | undefined): Value {
  return index === undefined ? null : BigInt(index);
}
