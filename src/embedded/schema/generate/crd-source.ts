import type { Json } from '../../../system/json.ts';

/** A CustomResourceDefinition as its project publishes it. */
export interface Crd {
  metadata: { name: string };
  spec: {
    versions: { name: string; schema: { openAPIV3Schema: Record<string, Json> }; additionalPrinterColumns?: Record<string, Json>[] }[];
    conversion?: Json;
  };
}

/** Takes the descriptions of fields and columns out of a definition: they are other people's sentences, and most of its size. */
export function stripDescriptions(crd: Crd): void {
  for (const version of crd.spec.versions) {
    version.schema.openAPIV3Schema = withoutDescriptions(version.schema.openAPIV3Schema);
    for (const column of version.additionalPrinterColumns ?? []) delete column['description'];
  }
}

function withoutDescriptions(schema: Record<string, Json>): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'description') continue;
    if (key === 'properties' || key === 'patternProperties') copy[key] = mapSchemas(value as Record<string, Json>);
    else if ((key === 'items' || key === 'additionalProperties' || key === 'not') && isObject(value))
      copy[key] = withoutDescriptions(value);
    else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf') {
      copy[key] = (value as Record<string, Json>[]).map(withoutDescriptions);
    } else copy[key] = value;
  }
  return copy;
}

function mapSchemas(schemas: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutDescriptions(schema as Record<string, Json>)]));
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
