import type { KubeObject, StatusCause } from '../../kube/types/meta.ts';
import { badRequest } from '../api/api-error.ts';
import type { ScalePaths } from '../api/resource.ts';
import { goPrint, goTypeOf } from '../patch/go-print.ts';
import { builtInStruct } from './builtin-types.ts';
import { checkCelRules, hasRules } from './cel-rules.ts';
import { decodeBuiltIn, DecodeError } from './decode-built-in.ts';
import { applyCustomDefaults } from './default-custom.ts';
import { invalidValue } from './field-causes.ts';
import { isJsonObject, type JsonSchema } from './json-schema.ts';
import type { DecodedObject, KindSchema } from './kind-schema.ts';
import { checkListUniqueness } from './list-uniqueness.ts';
import { pruneCustomObject } from './prune-custom.ts';
import { validateCustomObject } from './validate-custom.ts';
import { shapeOfCustomObject } from './value-shape.ts';

/** What a version of a CustomResourceDefinition says about its objects. */
export interface CustomKind {
  apiVersion: string;
  kind: string;
  openAPIV3Schema: JsonSchema;
  scale?: Pick<ScalePaths, 'specReplicas' | 'statusReplicas'>;
}

/** The schema of a kind that a CustomResourceDefinition adds. Models the strategy of custom resources (registry/customresource). */
export function schemaForCustomResource(custom: CustomKind): KindSchema {
  const schema = custom.openAPIV3Schema;
  return {
    shape: shapeOfCustomObject(schema),
    decode: (object) => decodeCustomObject(custom, object),
    applyDefaults: (object) => applyCustomDefaults(schema, object),
    validate: (object, previous) => validateAgainst(custom, object, previous),
    emptyObject: () => ({ apiVersion: custom.apiVersion, kind: custom.kind, metadata: {} }) as unknown as KubeObject,
  };
}

function decodeCustomObject(custom: CustomKind, object: KubeObject): DecodedObject {
  const unknownFields: string[] = [];
  const metadata = decodeMetadata(custom, object, unknownFields);
  const pruned = pruneCustomObject(custom.openAPIV3Schema, { ...object, metadata: undefined }, unknownFields);
  return { object: { ...pruned, metadata } as unknown as KubeObject, unknownFields };
}

function decodeMetadata(custom: CustomKind, object: KubeObject, unknownFields: string[]): Record<string, unknown> {
  const unknown: string[] = [];
  try {
    const { metadata } = decodeBuiltIn(builtInStruct('meta/v1.PartialObjectMetadata'), { metadata: object.metadata }, unknown);
    unknownFields.push(...unknown);
    return metadata as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const version = custom.apiVersion.replace(/^.*\//, '');
    const problem = error.message
      .replace('Go struct field PartialObjectMetadata.metadata of', 'Go value of')
      .replace('ObjectMeta.metadata.', 'ObjectMeta.');
    throw badRequest(`${custom.kind} in version "${version}" cannot be handled as a ${custom.kind}: ${problem}`);
  }
}

const BLOCKING = ['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid'];
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

function validateAgainst({ openAPIV3Schema: schema, scale }: CustomKind, object: KubeObject, previous?: KubeObject): StatusCause[] {
  const causes = validateCustomObject(schema, object, previous);
  if (scale) causes.push(...checkReplicas(object, scale.specReplicas), ...checkReplicas(object, scale.statusReplicas));
  causes.push(...newRepetitions(schema, object, previous));
  if (!hasRules(schema)) return causes;
  const isBlocked = causes.some(({ reason }) => reason !== undefined && BLOCKING.includes(reason));
  return [...causes, ...(isBlocked ? [invalidValue('<nil>', null, NOT_CHECKED)] : checkCelRules(schema, object, previous))];
}

/** Items that are there twice; an object that had such before may keep them. */
function newRepetitions(schema: JsonSchema, object: KubeObject, previous?: KubeObject): StatusCause[] {
  const repetitions = checkListUniqueness(schema, object);
  const isOld = repetitions.length > 0 && previous !== undefined && checkListUniqueness(schema, previous).length > 0;
  return isOld ? [] : repetitions;
}

function wrongAccess(path: string, place: string, value: unknown, expected: string): StatusCause {
  return invalidValue(path, 0, `${place} accessor error: ${goPrint(value)} is of the type ${goTypeOf(value)}, expected ${expected}`);
}

const MOST_REPLICAS = 2 ** 31 - 1;

/** Models registry/customresource/validator.go ValidateScaleSpec and ValidateScaleStatus. */
function checkReplicas(object: KubeObject, path: string): StatusCause[] {
  let value: unknown = object;
  let place = '';
  for (const step of path.split('.').slice(1)) {
    place += `.${step}`;
    if (value === undefined || value === null) return [];
    if (!isJsonObject(value)) return [wrongAccess(path, place, value, 'map[string]interface{}')];
    value = value[step];
  }
  if (value === undefined || value === null) return [];
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) >= 2 ** 63)
    return [wrongAccess(path, place, value, 'int64')];
  if (value < 0) return [invalidValue(path, value, 'should be a non-negative integer')];
  return value > MOST_REPLICAS ? [invalidValue(path, value, `should be less than or equal to ${MOST_REPLICAS}`)] : [];
}
