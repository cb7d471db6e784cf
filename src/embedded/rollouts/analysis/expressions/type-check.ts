import { CHECKS, OVERLOADS, type Overloads } from './builtin-types.ts';
import { UNKNOWN_HERE } from './builtin-names.ts';
import { ExpressionError } from './expression-error.ts';
import { pattern } from './operations.ts';
import {
  BOOL,
  FLOAT,
  INT,
  INTS,
  isAssignable,
  isComparable,
  isNumber,
  isPossible,
  LIST,
  listOf,
  MAP,
  NIL,
  STRING,
  UNKNOWN,
  type StaticType,
} from './static-type.ts';
import type { Node } from './syntax.ts';

type NodeOf<T extends Node['type']> = Extract<Node, { type: T }>;
interface Closure {
  collection: StaticType;
  variables: Readonly<Record<string, StaticType>>;
}

/**
 * Checks that an expression fits the types of the values it begins with; throws ExpressionError for the first thing that does not.
 * Whole numbers that are given to a function of other numbers become such. Models expr checker/checker.go.
 */
export function checkTypes(node: Node, environment: ReadonlyMap<string, StaticType>): void {
  new Checker(environment).visit(node);
}

class Checker {
  readonly #environment: ReadonlyMap<string, StaticType>;
  readonly #closures: Closure[] = [];
  readonly #variables: { name: string; type: StaticType }[] = [];

  constructor(environment: ReadonlyMap<string, StaticType>) {
    this.#environment = environment;
  }

  visit(node: Node): StaticType {
    switch (node.type) {
      case 'nil':
        return NIL;
      case 'bool':
        return BOOL;
      case 'integer':
        return INT;
      case 'float':
        return FLOAT;
      case 'string':
        return STRING;
      case 'identifier':
        return this.#identifier(node.name);
      case 'pointer':
        return this.#pointer(node.name);
      case 'unary':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'chain':
        return this.visit(node.inner);
      case 'member':
        return this.#member(node);
      case 'slice':
        return this.#slice(node);
      case 'call':
        return this.#call(node);
      case 'builtin':
        return this.#builtin(node);
      case 'predicate':
        return this.visit(node.body);
      case 'let':
        return this.#let(node);
      case 'sequence':
        return node.nodes.map((each) => this.visit(each)).at(-1)!;
      case 'conditional':
        return this.#conditional(node);
      case 'array':
        return this.#array(node);
      case 'map':
        for (const { key, value } of node.pairs) {
          this.visit(key);
          this.visit(value);
        }
        return MAP;
    }
  }

  #identifier(name: string): StaticType {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (variable) return variable.type;
    if (name === '$env') return UNKNOWN;
    const known = this.#environment.get(name);
    if (!known) throw new ExpressionError(`unknown name ${name}`);
    return known;
  }

  #pointer(name: string): StaticType {
    const closure = this.#closures.at(-1);
    if (!closure) throw new ExpressionError('cannot use pointer accessor outside predicate');
    if (name === '') return closure.collection.kind === 'list' ? closure.collection.element! : UNKNOWN;
    if (Object.hasOwn(closure.variables, name)) return closure.variables[name]!;
    throw new ExpressionError(`unknown pointer #${name}`);
  }

  #unary({ operator, operand }: NodeOf<'unary'>): StaticType {
    const type = this.visit(operand);
    if (operator === '!' || operator === 'not') {
      if (type.kind === 'bool' || type.kind === 'unknown') return BOOL;
    } else if (isNumber(type)) return type;
    else if (type.kind === 'unknown') return UNKNOWN;
    throw new ExpressionError(`invalid operation: ${operator} (mismatched type ${type.name})`);
  }

  #binary(node: NodeOf<'binary'>): StaticType {
    const { operator } = node;
    const left = this.visit(node.left);
    const right = this.visit(node.right);
    if (operator === '??') return coalesced(left, right);
    if (operator === 'in') return checkIn(left, right);
    if (operator === 'matches' && node.right.type === 'string') pattern(node.right.value);
    if (operator === '%' && node.left.type === 'integer' && node.right.type === 'integer' && node.right.value === 0n) {
      throw new ExpressionError('integer divide by zero');
    }
    if (operator === '==' || operator === '!=') node.isWhole = left.name === 'int' && right.name === 'int';
    return operatorResult(operator, left, right) ?? fail(operator, left, right);
  }

  #member(node: NodeOf<'member'>): StaticType {
    if (node.base.type === 'identifier' && node.base.name === '$env') return this.#environmentMember(node);
    const base = this.visit(node.base);
    const property = this.visit(node.property);
    const name = node.property.type === 'string' ? node.property.value : undefined;
    if (base.kind === 'unknown') return UNKNOWN;
    if (base.kind === 'nil' && name !== undefined) throw new ExpressionError(`type nil has no field ${name}`);
    if (base.kind === 'map') {
      if (property.kind === 'string' || property.kind === 'unknown') return base.element!;
      throw new ExpressionError(`cannot use ${property.name} to get an element from ${base.name}`);
    }
    if (base.kind === 'list') {
      if (property.kind === 'int' || property.kind === 'unknown') return base.element!;
      throw new ExpressionError(`array elements can only be selected using an integer (got ${property.name})`);
    }
    if (name === undefined) throw new ExpressionError(`type ${base.name}[${property.name}] is undefined`);
    throw new ExpressionError(`type ${base.name} has no ${node.isMethod ? 'method' : 'field'} ${name}`);
  }

  #environmentMember({ property, isOptional }: NodeOf<'member'>): StaticType {
    if (property.type !== 'string') return UNKNOWN;
    const known = this.#environment.get(property.value);
    if (!known && !isOptional) throw new ExpressionError(`unknown name ${property.value}`);
    return known ?? UNKNOWN;
  }

  #slice({ base, from, to }: NodeOf<'slice'>): StaticType {
    const type = this.visit(base);
    if (type.kind === 'unknown') return UNKNOWN;
    if (type.kind !== 'string' && type.kind !== 'list') throw new ExpressionError(`cannot slice ${type.name}`);
    for (const limit of [from, to]) {
      const limitType = limit && this.visit(limit);
      if (limitType && limitType.kind !== 'int' && limitType.kind !== 'unknown') {
        throw new ExpressionError(`non-integer slice index ${limitType.name}`);
      }
    }
    return type;
  }

  #call({ callee, args }: NodeOf<'call'>): StaticType {
    const type = this.visit(callee);
    if (type.kind === 'unknown') return UNKNOWN;
    const name = calleeName(callee);
    if (type.kind === 'nil') throw new ExpressionError(`${name} is nil; cannot call nil as function`);
    if (!type.signature) throw new ExpressionError(`${type.name} is not callable`);
    return this.#checkArguments(name, type, args);
  }

  #builtin({ name, args }: NodeOf<'builtin'>): StaticType {
    if (UNKNOWN_HERE.has(name)) throw new ExpressionError(`the function ${name} is not part of this cluster's expression language`);
    const check = CHECKS.get(name);
    if (check)
      return check(
        args.map((arg) => this.visit(arg)),
        name,
      );
    const overloads = OVERLOADS.get(name);
    if (overloads) return this.#overloaded(name, overloads, args);
    return name === 'get' ? this.#get(args) : this.#overCollection(name, args);
  }

  /** The complaint about the last list of parameters is the one that is heard. */
  #overloaded(name: string, overloads: Overloads, args: readonly Node[]): StaticType {
    let problem: unknown;
    for (const overload of overloads) {
      try {
        return this.#checkArguments(name, overload, args);
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  }

  #checkArguments(name: string, { signature }: StaticType, args: readonly Node[]): StaticType {
    const { parameters, result } = signature!;
    const types = args.map((arg) => this.visit(arg));
    if (args.length > parameters.length) throw new ExpressionError(`too many arguments to call ${name}`);
    if (args.length < parameters.length) throw new ExpressionError(`not enough arguments to call ${name}`);
    args.forEach((arg, index) => {
      const [type, wanted] = [types[index]!, parameters[index]!];
      if (wanted.kind === 'float' && type.kind === 'int') makeFloat(arg);
      else if (type.kind === 'nil' && wanted.kind !== 'unknown') {
        throw new ExpressionError(`cannot use nil as argument (type ${wanted.name}) to call ${name}`);
      } else if (
        type.kind !== 'unknown' &&
        type.kind !== 'nil' &&
        !(type.kind === 'int' && wanted.kind === 'int') &&
        !isAssignable(type, wanted)
      ) {
        throw new ExpressionError(`cannot use ${type.name} as argument (type ${wanted.name}) to call ${name} `);
      }
    });
    return result;
  }

  #get(args: readonly Node[]): StaticType {
    if (args.length !== 2) throw new ExpressionError(`invalid number of arguments (expected 2, got ${args.length})`);
    const [base, property] = args.map((arg) => this.visit(arg)) as [StaticType, StaticType];
    if (base.kind === 'unknown') return UNKNOWN;
    if (base.kind === 'list') {
      if (property.kind === 'int' || property.kind === 'unknown') return base.element!;
      throw new ExpressionError(`non-integer slice index ${property.name}`);
    }
    if (base.kind !== 'map') throw new ExpressionError(`type ${base.name} does not support indexing`);
    if (property.kind === 'string' || property.kind === 'unknown') return base.element!;
    throw new ExpressionError(`cannot use ${property.name} to get an element from ${base.name}`);
  }

  /** all, none, any, one, filter, map, count, sum, find… and reduce. */
  #overCollection(name: string, [list, closure, initial]: readonly Node[]): StaticType {
    const collection = this.visit(list!);
    if (collection.kind !== 'list' && collection.kind !== 'unknown') {
      throw new ExpressionError(`builtin ${name} takes only array (got ${collection.name})`);
    }
    const element = collection.kind === 'list' ? collection.element! : UNKNOWN;
    if (!closure) return name === 'count' ? INT : element;
    this.#closures.push({ collection, variables: VARIABLES[name] ?? {} });
    const result = this.visit(closure);
    this.#closures.pop();
    if (result.kind === 'nil' && name !== 'sum') {
      throw new ExpressionError(`predicate should has ${name === 'reduce' ? 'two' : 'one'} input and one output param`);
    }
    if (name === 'map') return listOf(result);
    if (name === 'sum') return result;
    if (name === 'reduce') {
      if (initial) this.visit(initial);
      return result;
    }
    if (result.kind !== 'bool' && result.kind !== 'unknown')
      throw new ExpressionError(`predicate should return boolean (got ${result.name})`);
    if (name === 'filter') return collection.kind === 'list' ? listOf(element) : LIST;
    if (name === 'find' || name === 'findLast') return element;
    return name === 'count' || name.startsWith('find') ? INT : BOOL;
  }

  #let({ name, value, body }: NodeOf<'let'>): StaticType {
    if (this.#environment.has(name)) throw new ExpressionError(`cannot redeclare ${name}`);
    if (CHECKS.has(name) || OVERLOADS.has(name) || UNKNOWN_HERE.has(name)) throw new ExpressionError(`cannot redeclare builtin ${name}`);
    if (this.#variables.some((each) => each.name === name)) throw new ExpressionError(`cannot redeclare variable ${name}`);
    this.#variables.push({ name, type: this.visit(value) });
    const type = this.visit(body);
    this.#variables.pop();
    return type;
  }

  #conditional({ condition, then, otherwise }: NodeOf<'conditional'>): StaticType {
    const type = this.visit(condition);
    if (type.kind !== 'bool' && type.kind !== 'unknown') {
      throw new ExpressionError(`non-bool expression (type ${type.name}) used as condition`);
    }
    const [first, second] = [this.visit(then), this.visit(otherwise)];
    if (first.kind === 'nil') return second;
    if (second.kind === 'nil') return first;
    if (!isAssignable(first, second)) return UNKNOWN;
    return first.kind === 'list' && first.element!.name !== second.element?.name ? LIST : first;
  }

  #array({ items }: NodeOf<'array'>): StaticType {
    const types = items.map((item) => this.visit(item));
    const isUniform = types.every(({ kind }) => kind === types[0]!.kind);
    return isUniform ? listOf(types.at(-1) ?? UNKNOWN) : LIST;
  }
}

const VARIABLES: Readonly<Record<string, Readonly<Record<string, StaticType>>>> = {
  map: { index: INT },
  reduce: { index: INT, acc: UNKNOWN },
};

function fail(operator: string, left: StaticType, right: StaticType): never {
  throw new ExpressionError(`invalid operation: ${operator} (mismatched types ${left.name} and ${right.name})`);
}

function coalesced(left: StaticType, right: StaticType): StaticType {
  if (left.kind === 'nil') return right;
  if (right.kind === 'nil') return left;
  return isAssignable(right, left) ? left : UNKNOWN;
}

function checkIn(left: StaticType, right: StaticType): StaticType {
  if (right.kind === 'map' && left.kind !== 'unknown' && left.kind !== 'string') {
    throw new ExpressionError(`cannot use ${left.name} as type string in map key`);
  }
  if (right.kind === 'list' && !isComparable(left, right.element!)) {
    throw new ExpressionError(`cannot use ${left.name} as type ${right.element!.name} in array`);
  }
  if (right.kind === 'map' || right.kind === 'list' || right.kind === 'unknown') return BOOL;
  return left.kind === 'unknown' && right.kind === 'string' ? BOOL : fail('in', left, right);
}

/** The type of what an operator makes of two types; undefined where it makes nothing. */
function operatorResult(operator: string, left: StaticType, right: StaticType): StaticType | undefined {
  const areNumbers = isNumber(left) && isNumber(right);
  const areTexts = left.kind === 'string' && right.kind === 'string';
  const areWhole = left.kind === 'int' && right.kind === 'int';
  const mayBe = (...kinds: StaticType['kind'][]): boolean => isPossible(left, right, kinds);
  switch (operator) {
    case '==':
    case '!=':
      return isComparable(left, right) ? BOOL : undefined;
    case 'or':
    case '||':
    case 'and':
    case '&&':
      return (left.kind === 'bool' && right.kind === 'bool') || mayBe('bool') ? BOOL : undefined;
    case '<':
    case '>':
    case '<=':
    case '>=':
      return areNumbers || areTexts || mayBe('int', 'float', 'string') ? BOOL : undefined;
    case '+':
      if (areTexts) return STRING;
      if (mayBe('string')) return UNKNOWN;
      return sum();
    case '-':
    case '*':
      return sum();
    case '/':
    case '**':
    case '^':
      return areNumbers || mayBe('int', 'float') ? FLOAT : undefined;
    case '%':
      return areWhole || mayBe('int') ? INT : undefined;
    case '..':
      return areWhole || mayBe('int') ? INTS : undefined;
    case 'matches':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return areTexts || mayBe('string') ? BOOL : undefined;
    default:
      throw new ExpressionError(`unknown operator (${operator})`);
  }

  function sum(): StaticType | undefined {
    if (areNumbers) return areWhole ? INT : FLOAT;
    return mayBe('int', 'float') ? UNKNOWN : undefined;
  }
}

/** Turns the whole numbers in an argument into others, as far as they are written there. */
function makeFloat(node: Node): void {
  if (node.type === 'integer') Object.assign(node, { type: 'float', value: Number(node.value) });
  else if (node.type === 'unary') makeFloat(node.operand);
  else if (node.type === 'binary' && ['+', '-', '*'].includes(node.operator)) {
    makeFloat(node.left);
    makeFloat(node.right);
  }
}

function calleeName(callee: Node): string {
  if (callee.type === 'identifier') return callee.name;
  return callee.type === 'member' && callee.property.type === 'string' ? callee.property.value : 'function';
}
