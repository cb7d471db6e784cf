import type { StatusCause } from '../../kube/types/meta.ts';
import { equalJson } from '../../system/json.ts';
import { ruleProblem, usesOldSelf } from './cel-rules.ts';
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from './field-causes.ts';
import { goRegExp } from './go-regexp.ts';
import { isJsonObject, type JsonSchema, type ValidationRule } from './json-schema.ts';
import { pruneCustomObject } from './prune-custom.ts';
import { validateCustomObject } from './validate-custom.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const UNSUPPORTED_KEYWORDS = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];
const JUNCTORS = ['allOf', 'anyOf', 'oneOf'] as const;
const INT_OR_STRING: JsonSchema[] = [{ type: 'integer' }, { type: 'string' }];

/**
 * Checks the schema of a CustomResourceDefinition: keywords, extensions, structure, defaults, CEL rules. Rules are looked at when nothing else is wrong.
 * Models apiextensions validation/validation.go ValidateCustomResourceDefinitionOpenAPISchema and apiserver/schema/validation.go ValidateStructural.
 */
export function checkSchemaStructure(field: string, schema: JsonSchema): StatusCause[] {
  const causes = [...checkKeywords(field, schema), ...sortCauses(checkStructure(field, schema, 'root')), ...checkDefaults(field, schema)];
  return causes.length > 0 ? causes : checkRules(field, schema, true);
}

function sortCauses(causes: StatusCause[]): StatusCause[] {
  const text = ({ field, message }: StatusCause) => `${field}: ${message}`;
  return causes.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** The schemas directly inside a schema, with where they stand. */
function inner(field: string, schema: JsonSchema): { field: string; schema: JsonSchema; isValue: boolean }[] {
  const parts: { field: string; schema: JsonSchema; isValue: boolean }[] = [];
  const { additionalProperties, items, not } = schema;
  if (typeof additionalProperties === 'object')
    parts.push({ field: `${field}.additionalProperties`, schema: additionalProperties, isValue: true });
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    parts.push({ field: `${field}.properties[${name}]`, schema: property, isValue: true });
  if (items && !Array.isArray(items)) parts.push({ field: `${field}.items`, schema: items, isValue: true });
  if (not) parts.push({ field: `${field}.not`, schema: not, isValue: false });
  for (const junctor of JUNCTORS) {
    schema[junctor]?.forEach((part, index) => parts.push({ field: `${field}.${junctor}[${index}]`, schema: part, isValue: false }));
  }
  return parts;
}

function checkKeywords(field: string, schema: JsonSchema): StatusCause[] {
  const known = schema as Record<string, unknown>;
  const additional = schema.additionalProperties;
  const isExclusive = additional !== undefined && additional !== true && Object.keys(schema.properties ?? {}).length > 0;
  return [
    ...(schema.type && !TYPES.includes(schema.type) ? [unsupportedValue(`${field}.type`, schema.type, TYPES)] : []),
    ...UNSUPPORTED_KEYWORDS.filter((key) => known[key] !== undefined).map((key) =>
      forbiddenValue(`${field}.${key}`, `${key} is not supported`),
    ),
    ...(Array.isArray(schema.items) ? [forbiddenValue(`${field}.items`, 'items must be a schema object and not an array')] : []),
    ...(schema.uniqueItems
      ? [forbiddenValue(`${field}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')]
      : []),
    ...(isExclusive ? [forbiddenValue(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')] : []),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? [invalidValue(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')]
      : []),
    ...checkMapType(field, schema),
    ...checkListType(field, schema),
    ...(schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
      checkRuleText(`${field}.x-kubernetes-validations[${index}]`, rule),
    ),
    ...inner(field, schema).flatMap((part) => checkKeywords(part.field, part.schema)),
  ];
}

function mustBe(field: string, type: string | undefined, expected: string, why: string): StatusCause[] {
  if (type === expected) return [];
  const detail = `must be ${expected} if ${why}`;
  return [type ? invalidValue(`${field}.type`, type, detail) : requiredValue(`${field}.type`, detail)];
}

function checkMapType(field: string, schema: JsonSchema): StatusCause[] {
  const mapType: string | undefined = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return [];
  const isKnown = mapType === 'atomic' || mapType === 'granular';
  return [
    ...mustBe(field, schema.type, 'object', 'x-kubernetes-map-type is specified'),
    ...(isKnown ? [] : [unsupportedValue(`${field}.x-kubernetes-map-type`, mapType, ['atomic', 'granular'])]),
  ];
}

function checkListType(field: string, schema: JsonSchema): StatusCause[] {
  const listType: string | undefined = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType === undefined) {
    return keys.length > 0
      ? [requiredValue(`${field}.x-kubernetes-list-type`, 'must be map if x-kubernetes-list-map-keys is non-empty')]
      : [];
  }
  const misplaced = mustBe(field, schema.type, 'array', 'x-kubernetes-list-type is specified');
  const isKnown = ['atomic', 'set', 'map'].includes(listType);
  return [
    ...misplaced,
    ...(misplaced.length === 0 && listType === 'set' ? checkSetItems(field, schema.items) : []),
    ...(isKnown ? [] : [unsupportedValue(`${field}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map'])]),
    ...(keys.length > 0 && listType !== 'map'
      ? [invalidValue(`${field}.x-kubernetes-list-type`, listType, 'must be map if x-kubernetes-list-map-keys is non-empty')]
      : []),
    ...(listType === 'map' ? checkListKeys(field, keys, schema.items) : []),
  ];
}

/** Items of a set are compared as a whole. */
function checkSetItems(field: string, items: JsonSchema | undefined): StatusCause[] {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [invalidValue(`${field}.items.x-kubernetes-list-type`, listType, detail)];
  }
  const isGranular = items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic';
  return isGranular ? [invalidValue(`${field}.items.x-kubernetes-map-type`, listType ?? null, detail)] : [];
}

function checkListKeys(field: string, keys: readonly string[], items: JsonSchema | undefined): StatusCause[] {
  const place = `${field}.x-kubernetes-list-map-keys`;
  const causes = keys.length === 0 ? [requiredValue(place, 'must not be empty if x-kubernetes-list-type is map')] : [];
  if (!items) return [...causes, requiredValue(`${field}.items`, 'must have a schema if x-kubernetes-list-type is map')];
  if (items.type !== 'object') {
    return [
      ...causes,
      invalidValue(`${field}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"),
    ];
  }
  for (const [index, key] of keys.entries()) {
    const property = items.properties?.[key];
    const where = `${field}.items.properties[${key}]`;
    if (!property) causes.push(invalidValue(place, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object') {
      causes.push(invalidValue(`${where}.type`, items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"));
    } else causes.push(...checkKeyPresence(where, key, property, items));
    if (keys.indexOf(key) < index) causes.push(invalidValue(place, keys, 'must not contain duplicate entries'));
  }
  return causes;
}

/** A key must always have a value, or items could not be told apart. */
function checkKeyPresence(field: string, key: string, property: JsonSchema, items: JsonSchema): StatusCause[] {
  const isSure = property.default !== undefined || (items.required?.includes(key) ?? false);
  const detail = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
  const nullable = property.nullable
    ? [forbiddenValue(`${field}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable')]
    : [];
  return isSure ? nullable : [requiredValue(`${field}.default`, detail), ...nullable];
}

type Level = 'root' | 'item' | 'field';

const WITHOUT_TYPE: Record<Level, string> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function checkStructure(field: string, schema: JsonSchema, level: Level): StatusCause[] {
  const isFree = schema['x-kubernetes-int-or-string'] ?? schema['x-kubernetes-preserve-unknown-fields'];
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  return [
    ...(schema.type === 'array' && !schema.items ? [requiredValue(`${field}.items`, 'must be specified')] : []),
    ...(level === 'root' && schema.additionalProperties !== undefined
      ? [forbiddenValue(`${field}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...checkExtensions(field, schema),
    ...(isEmbedded ? checkEmbedded(field, schema) : !schema.type && !isFree ? [requiredValue(`${field}.type`, WITHOUT_TYPE[level])] : []),
    ...(level === 'root' && schema.type && schema.type !== 'object'
      ? [invalidValue(`${field}.type`, schema.type, 'must be object at the root')]
      : []),
    ...(level === 'root' || isEmbedded ? checkHeader(field, schema, level) : []),
    ...checkValueValidations(field, schema),
    ...inner(field, schema)
      .filter(({ isValue }) => isValue)
      .flatMap((part) => checkStructure(part.field, part.schema, part.field === `${field}.items` ? 'item' : 'field')),
  ];
}

function checkExtensions(field: string, schema: JsonSchema): StatusCause[] {
  if (!schema['x-kubernetes-int-or-string']) return [];
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const).flatMap((key) =>
    schema[key] ? [invalidValue(`${field}.${key}`, true, 'must be false if x-kubernetes-int-or-string is true')] : [],
  );
}

function checkEmbedded(field: string, schema: JsonSchema): StatusCause[] {
  const isBare = !schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(schema.properties ?? {}).length === 0;
  return [
    ...mustBe(field, schema.type, 'object', 'x-kubernetes-embedded-resource is true'),
    ...(schema.additionalProperties === undefined
      ? []
      : [forbiddenValue(`${field}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set')]),
    ...(isBare
      ? [
          requiredValue(
            `${field}.properties`,
            'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
          ),
        ]
      : []),
  ];
}

/** What a schema may say about apiVersion, kind and metadata, which every object has anyway. */
function checkHeader(field: string, { properties = {} }: JsonSchema, level: Level): StatusCause[] {
  const texts = (['kind', 'apiVersion'] as const).flatMap((name) =>
    properties[name] && properties[name].type !== 'string'
      ? [invalidValue(`${field}.properties[${name}].type`, properties[name].type ?? '', 'must be string')]
      : [],
  );
  const { metadata } = properties;
  if (!metadata) return texts;
  const place = `${field}.properties[metadata]`;
  const { type, default: _, description: __, properties: inside = {}, ...others } = metadata;
  const saysMore = Object.keys(others).length > 0 || Object.keys(inside).some((name) => name !== 'name' && name !== 'generateName');
  const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return [
    ...texts,
    ...(type === 'object' ? [] : [invalidValue(`${place}.type`, type ?? '', 'must be object')]),
    ...(level === 'root' && saysMore ? [forbiddenValue(place, detail)] : []),
  ];
}

/** Parts of a schema that only check values may not shape them. */
function checkValueValidations(field: string, schema: JsonSchema): StatusCause[] {
  const bad = schema.pattern !== undefined && !goRegExp(schema.pattern);
  const isIntOrString = equalJson(schema.anyOf, INT_OR_STRING);
  const isWrapped = schema.allOf !== undefined && equalJson(schema.allOf[0]?.anyOf, INT_OR_STRING);
  const parts = inner(field, schema).filter(({ isValue }) => !isValue);
  return [
    ...(bad ? [invalidValue(`${field}.pattern`, schema.pattern, patternProblem(schema.pattern!))] : []),
    ...parts
      .filter((part) => !(isIntOrString && part.field.startsWith(`${field}.anyOf[`)) && !(isWrapped && part.field === `${field}.allOf[0]`))
      .flatMap((part) => checkNested(part.field, part.schema)),
  ];
}

/** Why: of Go's words for a broken pattern only the commonest are known. */
function patternProblem(pattern: string): string {
  const opened = /\[[^\]]*$/.exec(pattern)?.[0];
  const why = opened === undefined ? 'invalid expression' : `missing closing ]: \`${opened}\``;
  return `must be a valid regular expression, but isn't: error parsing regexp: ${why}`;
}

const NESTED_EMPTY = ['type', 'title', 'description'] as const;
const NESTED_FALSE = [
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
] as const;
const NESTED_UNDEFINED = ['additionalProperties', 'default', 'x-kubernetes-list-type', 'x-kubernetes-map-type'] as const;

function checkNested(field: string, schema: JsonSchema): StatusCause[] {
  const forbid = (keys: readonly (keyof JsonSchema)[], what: string) =>
    keys
      .filter((key) => schema[key] !== undefined && schema[key] !== false && schema[key] !== '')
      .map((key) => forbiddenValue(`${field}.${key}`, `must be ${what} to be structural`));
  return [
    ...forbid(NESTED_EMPTY, 'empty'),
    ...forbid(NESTED_FALSE, 'false'),
    ...forbid(NESTED_UNDEFINED, 'undefined'),
    ...(schema['x-kubernetes-list-map-keys']?.length
      ? [forbiddenValue(`${field}.x-kubernetes-list-map-keys`, 'must be empty to be structural')]
      : []),
    ...(schema['x-kubernetes-validations']?.length
      ? [forbiddenValue(`${field}.x-kubernetes-validations`, 'must be empty to be structural')]
      : []),
    ...(schema.properties?.['metadata']
      ? [forbiddenValue(`${field}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
    ...checkValueValidations(field, schema),
    ...inner(field, schema)
      .filter(({ isValue, field: place }) => isValue && place !== `${field}.additionalProperties`)
      .flatMap((part) => checkNested(part.field, part.schema)),
  ];
}

/** Defaults must be values that their schema allows, and without fields that it doesn't know. */
function checkDefaults(field: string, schema: JsonSchema): StatusCause[] {
  const value = schema.default;
  const place = `${field}.default`;
  const found: StatusCause[] = [];
  if (value !== undefined && value !== null) {
    const unknownFields: string[] = [];
    if (isJsonObject(value)) pruneCustomObject(schema, value, unknownFields);
    if (unknownFields.length > 0) found.push(invalidValue(place, value, 'must not have unknown fields'));
    else
      found.push(
        ...validateCustomObject({ properties: { default: schema } }, { default: value }).map((cause) => underDefault(place, cause)),
      );
  }
  return [...found, ...inner(field, schema).flatMap((part) => checkDefaults(part.field, part.schema))];
}

function underDefault(place: string, cause: StatusCause): StatusCause {
  const inside = cause.field!.replace(/^default/, '');
  return {
    ...cause,
    field: `${place}${inside}`,
    message: cause.message!.replace(`: default${inside} in body`, `: ${inside.replace(/^\./, '')} in body`),
  };
}

function checkRuleText(field: string, { rule = '', message, reason }: Partial<ValidationRule>): StatusCause[] {
  const text = message?.trim() ?? '';
  const causes: StatusCause[] = [];
  if (rule.trim() === '') causes.push(requiredValue(`${field}.rule`, 'rule is not specified'));
  else if (message && text === '') causes.push(invalidValue(`${field}.message`, message, 'must be non-empty if specified'));
  else if (text.includes('\n')) causes.push(invalidValue(`${field}.message`, message, 'must not contain line breaks'));
  else if (rule.trim().includes('\n') && text === '') {
    causes.push(requiredValue(`${field}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) causes.push(unsupportedValue(`${field}.reason`, reason, REASONS));
  return causes;
}

/** Compiles the rules of a schema. `isCorrelatable` says whether what stood here before can be found. */
function checkRules(field: string, schema: JsonSchema, isCorrelatable: boolean): StatusCause[] {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
    const place = `${field}.x-kubernetes-validations[${index}]`;
    const problem = ruleProblem(rule.rule, schema);
    if (problem !== undefined) return [invalidValue(`${place}.rule`, asInternal(rule), problem)];
    const isLost = usesOldSelf(rule.rule) && !isCorrelatable;
    return isLost
      ? [invalidValue(`${place}.rule`, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${field}`)]
      : [];
  });
  const isListCorrelatable = isCorrelatable && schema['x-kubernetes-list-type'] === 'map';
  const isMapCorrelatable = isCorrelatable && schema['x-kubernetes-map-type'] !== 'atomic';
  const deeper = inner(field, schema)
    .filter(({ isValue }) => isValue)
    .flatMap((part) => checkRules(part.field, part.schema, part.field === `${field}.items` ? isListCorrelatable : isMapCorrelatable));
  return [...own, ...deeper];
}

/** Why: the server quotes its internal form of the rule. */
function asInternal({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: ValidationRule): Record<string, unknown> {
  return {
    Rule: rule,
    Message: message ?? '',
    MessageExpression: messageExpression ?? '',
    Reason: reason ?? null,
    FieldPath: fieldPath ?? '',
    OptionalOldSelf: optionalOldSelf ?? null,
  };
}
