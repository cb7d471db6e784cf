import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../../../system/json.ts';
import { stripDescriptions, type Crd } from './crd-source.ts';
import { MODULES } from './go-packages.ts';

/** The five CustomResourceDefinitions of Argo Rollouts, in the order of their names, without descriptions of fields. */
export function readArgoRolloutsCrds(moduleCache: string): Json[] {
  const folder = join(moduleCache, MODULES.rollouts, 'manifests/crds');
  const crds = readdirSync(folder)
    .filter((file) => file.endsWith('-crd.yaml'))
    .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Crd)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  crds.forEach(stripDescriptions);
  return crds as unknown as Json[];
}
