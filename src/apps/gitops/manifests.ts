import { parseAllDocuments } from 'yaml';
import type { ClusterObject } from './cluster-api.ts';

/** What a repository declares, and what in it cannot be read. */
export interface Declared {
  objects: ClusterObject[];
  problems: string[];
}

/** The objects of every manifest among the files, in the order of their names. Files that are no manifests are passed over. */
export function readManifests(files: Readonly<Record<string, string>>): Declared {
  const objects: ClusterObject[] = [];
  const problems: string[] = [];
  for (const [path, text] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!/\.(ya?ml|json)$/i.test(path)) continue;
    for (const document of parseAllDocuments(text)) {
      if (document.errors.length > 0) {
        problems.push(`${path}: ${document.errors[0]!.message.split('\n', 1)[0]}`);
        continue;
      }
      const value: unknown = document.toJS();
      if (value === null || value === undefined) continue;
      if (isObject(value)) objects.push(value);
      else problems.push(`${path}: not an object with apiVersion, kind and metadata.name`);
    }
  }
  return { objects, problems };
}

function isObject(value: unknown): value is ClusterObject {
  const { apiVersion, kind, metadata } = value as Partial<ClusterObject>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}
