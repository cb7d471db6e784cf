import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../../../system/json.ts';
import { MODULES } from './go-packages.ts';

/** The five CustomResourceDefinitions of Argo Rollouts, in the order of their names, without descriptions of fields. */
export function readArgoRolloutsCrds(moduleCache: string): Json[] {
  const folder = join(moduleCache, MODULES.rollouts, 'manifests/crds');
  const crds = readdirSync(folder)
    .filter((file) => file.endsWith('-crd.yaml'))
    .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Crd)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const crd of crds) {
    for (const version of crd.spec.versions) {
      version.schema.openAPIV3Schema = withoutDescriptions(version.schema.openAPIV3Schema);
      for (const column of version.additionalPrinterColumns ?? []) delete column['description'];
    }
  }
  return crds as unknown as Json[];
}

interface Crd {
  metadata: { name: string };
  spec: {
    versions: { schema: { openAPIV3Schema: Record<string, Json> }; additionalPrinterColumns?: Record<string, Json>[] }[];
  };
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
