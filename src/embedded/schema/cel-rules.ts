import { EvaluationError, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import type { StatusCause } from '../../kube/types/meta.ts';
import { equalJson } from '../../system/json.ts';
import { celEnvironment } from './cel-environment.ts';
import { typeOf, undefinedFields } from './cel-fields.ts';
import { toCelValue } from './cel-values.ts';
import { duplicateValue, forbiddenValue, invalidValue, requiredValue } from './field-causes.ts';
import { isJsonObject, schemaOfKey, type JsonSchema, type ValidationRule } from './json-schema.ts';

/** A rule made ready, or the reason why it cannot be. */
type Program = { evaluate: ParseResult; usesOldSelf: boolean } | { problem: string };

const programs = new Map<string, Program>();
const schemasWithRules = new WeakMap<JsonSchema, boolean>();

/**
 * Evaluates the x-kubernetes-validations of a schema. Rules that name oldSelf are evaluated only where the object was something before;
 * other rules are not held against parts that the update leaves as they were. Models apiextensions schema/cel/validation.go.
 */
export function checkCelRules(schema: JsonSchema, value: unknown, previous?: unknown, path = ''): StatusCause[] {
  if (value === null || value === undefined || !hasRules(schema)) return [];
  const causes = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => checkRule(rule, schema, value, previous, path));
  for (const part of schema.allOf ?? []) causes.push(...checkCelRules(part, value, previous, path));
  if (Array.isArray(value)) causes.push(...checkItems(schema, value, previous, path));
  else if (isJsonObject(value)) causes.push(...checkProperties(schema, value, previous, path));
  return causes;
}

/** Whether a rule stands anywhere in the schema; remembered, since most schemas have none. */
export function hasRules(schema: JsonSchema): boolean {
  const known = schemasWithRules.get(schema);
  if (known !== undefined) return known;
  const parts = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties, ...(schema.allOf ?? [])];
  const found = (schema['x-kubernetes-validations']?.length ?? 0) > 0 || parts.some((part) => typeof part === 'object' && hasRules(part));
  schemasWithRules.set(schema, found);
  return found;
}

/** Why a rule cannot stand in a schema, in the server's words as far as they are known; undefined when it can. */
export function ruleProblem(rule: string, schema: JsonSchema): string | undefined {
  const program = compile(rule);
  if ('problem' in program) return program.problem;
  const [undefinedField] = undefinedFields(rule, program.evaluate.ast, schema);
  if (undefinedField) return `compilation failed: ${pointTo(rule, undefinedField.position, `undefined field '${undefinedField.name}'`)}`;
  const answer = typeOf(program.evaluate.ast, schema)?.type ?? program.evaluate.check().type;
  const isBoolean = answer === undefined || ['bool', 'boolean', 'dyn'].includes(answer);
  return isBoolean ? undefined : 'cel expression must evaluate to a bool';
}

/** A problem with the place it was found at, as CEL prints it. */
function pointTo(expression: string, position: number, problem: string): string {
  const before = expression.slice(0, position).split('\n');
  const column = before.at(-1)!.length;
  const line = expression.split('\n')[before.length - 1];
  return `ERROR: <input>:${before.length}:${column + 1}: ${problem}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

/** Whether an expression speaks of the state before the update. */
export function usesOldSelf(expression: string): boolean {
  return /\boldSelf\b/.test(expression);
}

function checkItems(schema: JsonSchema, list: unknown[], previous: unknown, path: string): StatusCause[] {
  if (!schema.items) return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const isKeyed = schema['x-kubernetes-list-type'] === 'map' && Array.isArray(previous);
  return list.flatMap((item, index) => {
    const before: unknown = isKeyed
      ? (previous as unknown[]).find(
          (other) => isJsonObject(item) && isJsonObject(other) && keys.every((key) => equalJson(item[key], other[key])),
        )
      : undefined;
    return checkCelRules(schema.items!, item, before, `${path}[${index}]`);
  });
}

function checkProperties(schema: JsonSchema, object: Record<string, unknown>, previous: unknown, path: string): StatusCause[] {
  const before = isJsonObject(previous) ? previous : {};
  return Object.keys(object).flatMap((key) => {
    const property = schemaOfKey(schema, key);
    if (!property) return [];
    const isNamed = schema.properties !== undefined && Object.hasOwn(schema.properties, key);
    const place = isNamed ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
    return checkCelRules(property, object[key], Object.hasOwn(before, key) ? before[key] : undefined, place);
  });
}

function checkRule(rule: ValidationRule, schema: JsonSchema, value: unknown, previous: unknown, path: string): StatusCause[] {
  const program = compile(rule.rule);
  const field = path === '' ? '<nil>' : path;
  const type = schema.type ?? '';
  if ('problem' in program) return [invalidValue(field, type, `rule compile error: ${program.problem}`)];
  if (program.usesOldSelf && previous === undefined && !rule.optionalOldSelf) return [];
  const activation = activationOf(rule, schema, value, previous);
  const outcome = run(program.evaluate, activation);
  if ('error' in outcome) return [invalidValue(field, type, `${outcome.error} evaluating rule: ${(rule.message ?? rule.rule).trim()}`)];
  if (outcome.value === true) return [];
  if (!program.usesOldSelf && previous !== undefined && equalJson(value, previous)) return [];
  return [violation(rule, fieldUnder(field, rule.fieldPath), type, messageOf(rule, activation))];
}

function activationOf(rule: ValidationRule, schema: JsonSchema, value: unknown, previous: unknown): Record<string, unknown> {
  const oldSelf = previous === undefined ? undefined : toCelValue(schema, previous);
  if (!rule.optionalOldSelf) return { self: toCelValue(schema, value), oldSelf };
  const optional = celEnvironment().evaluate(oldSelf === undefined ? 'optional.none()' : 'optional.of(self)', { self: oldSelf }) as unknown;
  return { self: toCelValue(schema, value), oldSelf: optional };
}

function fieldUnder(field: string, fieldPath: string | undefined): string {
  if (!fieldPath) return field;
  return field === '<nil>' ? fieldPath.replace(/^\./, '') : `${field}${fieldPath}`;
}

function messageOf(rule: ValidationRule, activation: Record<string, unknown>): string {
  const program = rule.messageExpression ? compile(rule.messageExpression) : undefined;
  if (program && !('problem' in program)) {
    const outcome = run(program.evaluate, activation);
    const text = 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
    if (text !== '' && !text.includes('\n')) return text;
  }
  return rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`;
}

function violation(rule: ValidationRule, field: string, type: string, message: string): StatusCause {
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbiddenValue(field, message);
    case 'FieldValueRequired':
      return requiredValue(field, message);
    case 'FieldValueDuplicate':
      return duplicateValue(field, type);
    default:
      return invalidValue(field, type, message);
  }
}

function run(evaluate: ParseResult, activation: Record<string, unknown>): { value: unknown } | { error: string } {
  try {
    return { value: evaluate(activation) as unknown };
  } catch (error) {
    if (error instanceof EvaluationError) return { error: error.summary.charAt(0).toLowerCase() + error.summary.slice(1) };
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function compile(expression: string): Program {
  const known = programs.get(expression);
  if (known) return known;
  const program = parse(expression);
  programs.set(expression, program);
  return program;
}

function parse(expression: string): Program {
  try {
    const evaluate = celEnvironment().parse(expression);
    const { valid, error } = evaluate.check();
    if (!valid) return { problem: `compilation failed: ERROR: <input>:1:1: ${error?.summary ?? 'invalid expression'}` };
    return { evaluate, usesOldSelf: usesOldSelf(expression) };
  } catch (error) {
    return { problem: `compilation failed: ERROR: <input>:1:1: ${error instanceof ParseError ? error.summary : String(error)}` };
  }
}
