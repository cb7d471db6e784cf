import { cloneJson } from '../system/json.ts';
import type { KubeObject } from './types/meta.ts';

/** Where client-side apply remembers what it last applied. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object as kubectl would send it: with itself, as it stands in the file, in the annotation. */
export function withLastApplied(object: KubeObject): KubeObject {
  const { [LAST_APPLIED_ANNOTATION]: _previous, ...annotations } = object.metadata.annotations ?? {};
  const configuration = { ...object, metadata: { ...object.metadata, annotations } };
  const text = `${goJson(configuration)}\n`;
  return cloneJson({
    ...configuration,
    metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED_ANNOTATION]: text } },
  });
}

/** What was last applied to an object; empty when nobody applied it, or what is remembered is damaged. */
export function lastAppliedOf(object: KubeObject): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(object.metadata.annotations?.[LAST_APPLIED_ANNOTATION] ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const ESCAPES: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' };

/** JSON byte for byte as Go writes it: keys in order, and what HTML could stumble over escaped; so that kubectl finds nothing to change. */
function goJson(value: unknown): string {
  return JSON.stringify(sorted(value)).replaceAll(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character]!);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
