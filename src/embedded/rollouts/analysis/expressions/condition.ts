import { parseFloatStrictly } from './builtins.ts';
import { evaluate } from './evaluate.ts';
import { ExpressionError } from './expression-error.ts';
import { parseExpression } from './parser.ts';
import { ANY, BOOL, FLOAT, functionType, INT64, typeOfValue, type StaticType } from './static-type.ts';
import { checkTypes } from './type-check.ts';
import { asserted, FunctionValue, goText, goType, truncate, type Value } from './values.ts';

/** Whether a condition holds for a metric's result; throws ExpressionError in the words of the real one. Models utils/evaluate EvalCondition. */
export function evaluateCondition(condition: string, result: Value): boolean {
  const functions = conditionFunctions(result);
  const types = new Map<string, StaticType>([...Object.entries(FUNCTION_TYPES), ['result', typeOfValue(result)]]);
  const expression = parseExpression(condition);
  checkTypes(expression, types);
  const value = evaluate(expression, { ...functions, result });
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`expected bool, but got ${goType(value)}`);
}

const FUNCTION_TYPES = {
  asInt: functionType('func(interface {}) int64', [ANY], INT64),
  asFloat: functionType('func(interface {}) float64', [ANY], FLOAT),
  isNaN: functionType('func(float64) bool', [FLOAT], BOOL),
  isInf: functionType('func(float64) bool', [FLOAT], BOOL),
  isNil: functionType('func(interface {}) bool', [ANY], BOOL),
  default: functionType('func(interface {}, interface {}) interface {}', [ANY, ANY], ANY),
};

/** `isNil` and `default` look at the whole result, whatever they are given. */
function conditionFunctions(result: Value): Record<keyof typeof FUNCTION_TYPES, FunctionValue> {
  const named = (name: keyof typeof FUNCTION_TYPES, call: FunctionValue['call']): FunctionValue =>
    new FunctionValue(name, FUNCTION_TYPES[name].name, call);
  return {
    asInt: named('asInt', ([value]) => asInt(value!)),
    asFloat: named('asFloat', ([value]) => asFloat(value!)),
    isNaN: named('isNaN', ([value]) => Number.isNaN(asserted(value!, 'float64'))),
    isInf: named('isInf', ([value]) => Math.abs(asserted(value!, 'float64')) === Infinity),
    isNil: named('isNil', () => result === null),
    default: named('default', ([, fallback]) => result ?? fallback!),
  };
}

function asInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncate(value);
  if (typeof value !== 'string') throw new ExpressionError(`asInt() not supported on ${goType(value)} ${goText(value)}`);
  if (!/^[+-]?\d+$/.test(value)) throw parseProblem('ParseInt', value, 'invalid syntax');
  const parsed = BigInt(value.replace('+', ''));
  if (BigInt.asIntN(64, parsed) !== parsed) throw parseProblem('ParseInt', value, 'value out of range');
  return parsed;
}

function asFloat(value: Value): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (typeof value !== 'string') throw new ExpressionError(`asFloat() not supported on ${goType(value)} ${goText(value)}`);
  const parsed = parseFloatStrictly(value);
  if (parsed === undefined) throw parseProblem('ParseFloat', value, 'invalid syntax');
  return parsed;
}

function parseProblem(parser: string, text: string, why: string): ExpressionError {
  return new ExpressionError(`strconv.${parser}: parsing ${JSON.stringify(text)}: ${why}`);
}
