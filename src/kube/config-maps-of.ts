import type { PodSpec } from './types/core.ts';

const REFERENCES = ['configMapKeyRef', 'configMapRef', 'configMap'];

/** Names of the ConfigMaps that a pod reads, as variables or as files, in the order in which it names them. */
export function configMapsOf(spec: PodSpec | undefined): string[] {
  return [...new Set(namesIn(spec))];
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const { name } = (item ?? {}) as { name?: unknown };
    return REFERENCES.includes(key) && typeof name === 'string' ? [name] : namesIn(item);
  });
}
