import type { KubeObject } from '../../kube/types/meta.ts';
import { badRequest } from '../api/api-error.ts';
import { apiVersionOf } from '../api/resource.ts';
import { builtInKind } from './builtin-types.ts';
import { applyBuiltInDefaults } from './default-built-in.ts';
import { decodeBuiltIn, DecodeError, zeroValue } from './decode-built-in.ts';
import type { KindSchema } from './kind-schema.ts';
import { shapeOfStruct } from './value-shape.ts';
import type { StructType } from './value-type.ts';

const schemas = new Map<StructType, KindSchema>();

/** The schema of a built-in kind; undefined for kinds that the generated data doesn't have. */
export function schemaForBuiltIn(definition: { group: string; version: string; kind: string }): KindSchema | undefined {
  const type = builtInKind(definition.group, definition.version, definition.kind);
  if (!type) return undefined;
  let schema = schemas.get(type);
  if (!schema) schemas.set(type, (schema = makeSchema(definition, type)));
  return schema;
}

function makeSchema(definition: { group: string; version: string; kind: string }, type: StructType): KindSchema {
  const header = { apiVersion: apiVersionOf(definition), kind: definition.kind };
  return {
    type,
    shape: shapeOfStruct(type),
    decode(object) {
      const unknownFields: string[] = [];
      try {
        return { object: decodeBuiltIn(type, object, unknownFields) as KubeObject, unknownFields };
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        throw badRequest(
          `${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}: ${error.message}`,
        );
      }
    },
    applyDefaults: (object) => applyBuiltInDefaults(type, object),
    // Built-in kinds are checked by the rules of their kind alone, as on the real server.
    validate: () => [],
    emptyObject: () => ({ ...header, ...(zeroValue(type) as object) }) as KubeObject,
  };
}
