import type { StatusCause } from '../../kube/types/meta.ts';
import { equalJson } from '../../system/json.ts';
import { invalidValue, requiredValue, tooLong, tooMany, unsupportedValue, wrongType } from './field-causes.ts';
import { goRegExp } from './go-regexp.ts';
import { isJsonObject, schemaOfKey, type JsonSchema } from './json-schema.ts';
import { hasStringFormat } from './string-formats.ts';

/** What checking one value brought to light; `matches` counts the checks, by which the nearest of several alternatives is told. */
interface Findings {
  causes: StatusCause[];
  matches: number;
}

/**
 * Checks a custom object against its schema. What the update leaves as it was is not held against it (`previous`).
 * Models kube-openapi validate with the wording of apiextensions validation/validation.go and its ratcheting.
 */
export function validateCustomObject(
  schema: JsonSchema,
  object: Record<string, unknown>,
  previous?: Record<string, unknown>,
): StatusCause[] {
  const findings: Findings = { causes: [], matches: 0 };
  validateObject(schema, object, '', previous, findings);
  return findings.causes;
}

function validateValue(schema: JsonSchema, value: unknown, path: string, previous: unknown, findings: Findings): void {
  const before = findings.causes.length;
  if (value === null) checkNull(schema, path, findings);
  else checkPresent(schema, value, path, previous, findings);
  if (findings.causes.length > before && previous !== undefined && equalJson(value, previous)) findings.causes.length = before;
}

function checkNull(schema: JsonSchema, path: string, findings: Findings): void {
  findings.matches += 1;
  const types = typesOf(schema);
  if (types.length > 0 && !schema.nullable) findings.causes.push(typeMismatch(path, types.join(','), 'null'));
  checkEnum(schema, null, path, findings);
}

function checkPresent(schema: JsonSchema, value: unknown, path: string, previous: unknown, findings: Findings): void {
  checkType(schema, value, path, findings);
  checkCombinations(schema, value, path, findings);
  if (typeof value === 'string') checkText(schema, value, path, findings);
  else if (typeof value === 'number') checkNumber(schema, value, path, findings);
  else if (Array.isArray(value)) validateList(schema, value, path, previous, findings);
  checkEnum(schema, value, path, findings);
  if (isJsonObject(value)) validateObject(schema, value, path, previous, findings);
}

function typesOf(schema: JsonSchema): string[] {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string'];
  return schema.type ? [schema.type] : [];
}

const NUMBER_FORMATS = ['int32', 'int64', 'float', 'double'];

/** Type and format of a number as the decoder gives it to a value. */
function numberType(value: number): [type: string, format: string] {
  return Number.isInteger(value) ? ['integer', 'int64'] : ['number', 'double'];
}

function jsonType(value: unknown): [type: string, format: string] {
  if (typeof value === 'number') return numberType(value);
  if (Array.isArray(value)) return ['array', ''];
  return [typeof value, ''];
}

function checkType(schema: JsonSchema, value: unknown, path: string, findings: Findings): void {
  const types = typesOf(schema);
  // Why: the server knows formats of texts only, and forgets others.
  const expectedFormat = NUMBER_FORMATS.includes(schema.format ?? '') ? '' : (schema.format ?? '');
  if (types.length === 0 && expectedFormat === '') return;
  findings.matches += 1;
  const [type, format] = jsonType(value);
  const isText = typeof value === 'string' || Array.isArray(value);
  const fits = types.includes(type) || (type === 'integer' && types.includes('number'));
  if (!isText && expectedFormat !== '' && !fits && format !== expectedFormat)
    findings.causes.push(typeMismatch(path, expectedFormat, format));
  else if (!types.includes('number') && !types.includes('integer') && expectedFormat !== '' && isText) return;
  else if (!fits) findings.causes.push(typeMismatch(path, types.join(','), type));
}

function typeMismatch(path: string, expected: string, found: string): StatusCause {
  const message = path === '' ? ` in body must be of type ${expected}` : `${path} in body must be of type ${expected}`;
  return wrongType(fieldOf(path), found, `${message}: ${JSON.stringify(found)}`);
}

/** Why: the server names the root `<nil>`. */
function fieldOf(path: string): string {
  return path === '' ? '<nil>' : path;
}

function checkText(schema: JsonSchema, text: string, path: string, findings: Findings): void {
  findings.matches += 1;
  const length = Array.from(text).length;
  if (schema.maxLength !== undefined && length > schema.maxLength) findings.causes.push(tooLong(path, schema.maxLength));
  else if (schema.minLength !== undefined && length < schema.minLength) {
    findings.causes.push(invalidValue(path, text, `${path} in body should be at least ${schema.minLength} chars long`));
  } else if (schema.pattern && !goRegExp(schema.pattern)?.test(text)) {
    findings.causes.push(invalidValue(path, text, `${path} in body should match '${schema.pattern}'`));
  }
  if (schema.format && !hasStringFormat(schema.format, text)) {
    findings.causes.push(wrongType(path, text, `${path} in body must be of type ${schema.format}: ${JSON.stringify(text)}`));
  }
}

function checkNumber(schema: JsonSchema, value: number, path: string, findings: Findings): void {
  findings.matches += 1;
  const { multipleOf, maximum, minimum } = schema;
  const report = (what: string) => findings.causes.push(invalidValue(path, value, `${path} in body should be ${what}`));
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) report(`a multiple of ${multipleOf}`);
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    report(`greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    report(`less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
}

function checkEnum(schema: JsonSchema, value: unknown, path: string, findings: Findings): void {
  findings.matches += 1;
  if (!schema.enum || schema.enum.length === 0 || schema.enum.some((allowed) => equalJson(allowed, value))) return;
  const supported = schema.enum.map((allowed) => (typeof allowed === 'string' ? allowed : JSON.stringify(allowed)));
  findings.causes.push(unsupportedValue(path, value, supported));
}

function validateList(schema: JsonSchema, list: unknown[], path: string, previous: unknown, findings: Findings): void {
  findings.matches += 1;
  const counterpart = counterparts(schema, previous);
  if (schema.items) {
    list.forEach((item, index) => validateValue(schema.items!, item, `${path}[${index}]`, counterpart(item), findings));
  }
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && list.length < minItems) {
    findings.causes.push(invalidValue(path, list.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) findings.causes.push(tooMany(path, list.length, maxItems));
  if (schema.uniqueItems && list.some((item, index) => list.slice(0, index).some((other) => equalJson(item, other)))) {
    findings.causes.push(invalidValue(path, '', `${path} in body shouldn't contain duplicates`));
  }
}

/** Finds what an item of a keyed list was before the update. */
function counterparts(schema: JsonSchema, previous: unknown): (item: unknown) => unknown {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !Array.isArray(previous)) return () => undefined;
  return (item) =>
    previous.find((other) => isJsonObject(item) && isJsonObject(other) && keys.every((key) => equalJson(item[key], other[key]))) as unknown;
}

function validateObject(schema: JsonSchema, object: Record<string, unknown>, path: string, previous: unknown, findings: Findings): void {
  findings.matches += 1;
  const size = Object.keys(object).length;
  const { minProperties, maxProperties } = schema;
  if (minProperties !== undefined && size < minProperties) {
    findings.causes.push(invalidValue(fieldOf(path), size, `${path} in body should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && size > maxProperties) findings.causes.push(tooMany(fieldOf(path), size, maxProperties));
  const before = isJsonObject(previous) ? previous : {};
  for (const key of Object.keys(object)) {
    const property = schemaOfKey(schema, key);
    const place = path === '' ? key : `${path}.${key}`;
    if (property) validateValue(property, object[key], place, Object.hasOwn(before, key) ? before[key] : undefined, findings);
  }
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(object, key) || object[key] === undefined) findings.causes.push(requiredValue(path === '' ? key : `${path}.${key}`));
  }
}

function checkCombinations(schema: JsonSchema, value: unknown, path: string, findings: Findings): void {
  findings.matches += 1;
  if (schema.anyOf && schema.anyOf.length > 0 && !isEitherIntOrString(schema, value)) checkAnyOf(schema.anyOf, value, path, findings);
  if (schema.oneOf && schema.oneOf.length > 0) checkOneOf(schema.oneOf, value, path, findings);
  if (schema.allOf && schema.allOf.length > 0) checkAllOf(schema.allOf, value, path, findings);
  if (schema.not && check(schema.not, value, path).causes.length === 0) {
    findings.causes.push(combination(path, 'must not validate the schema (not)'));
  }
}

/** Spares the commonest alternatives, those of an int-or-string, the long way. */
function isEitherIntOrString(schema: JsonSchema, value: unknown): boolean {
  return schema['x-kubernetes-int-or-string'] === true && (typeof value === 'string' || Number.isInteger(value));
}

function check(schema: JsonSchema, value: unknown, path: string): Findings {
  const findings: Findings = { causes: [], matches: 0 };
  validateValue(schema, value, path, undefined, findings);
  return findings;
}

function checkAnyOf(alternatives: JsonSchema[], value: unknown, path: string, findings: Findings): void {
  const results = alternatives.map((alternative) => check(alternative, value, path));
  if (results.some(({ causes }) => causes.length === 0)) return;
  findings.causes.push(combination(path, 'must validate at least one schema (anyOf)'), ...nearest(results).causes);
}

function checkOneOf(alternatives: JsonSchema[], value: unknown, path: string, findings: Findings): void {
  const results = alternatives.map((alternative) => check(alternative, value, path));
  const valid = results.filter(({ causes }) => causes.length === 0).length;
  if (valid === 1) return;
  const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
  findings.causes.push(combination(path, `must validate one and only one schema (oneOf). ${found}`));
  if (valid === 0) findings.causes.push(...nearest(results).causes);
}

function checkAllOf(parts: JsonSchema[], value: unknown, path: string, findings: Findings): void {
  const results = parts.map((part) => check(part, value, path));
  const broken = results.filter(({ causes }) => causes.length > 0);
  if (broken.length === 0) return;
  findings.causes.push(...broken.flatMap(({ causes }) => causes));
  findings.causes.push(
    combination(path, `must validate all the schemas (allOf)${broken.length === parts.length ? '. None validated' : ''}`),
  );
}

function nearest(results: Findings[]): Findings {
  return results.reduce((best, result) => (result.matches > best.matches ? result : best));
}

function combination(path: string, text: string): StatusCause {
  return invalidValue('<nil>', '', `${JSON.stringify(path)} ${text}`);
}
