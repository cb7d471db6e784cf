import { freezeJson } from '../../system/json.ts';

const expansions = new Map<string, unknown>();

/**
 * The value in the data that `npm run generate:schema` wrote, with the shared parts where `{"&": n}` stands for them. It is expanded once and
 * frozen, for all clusters of a process share it.
 */
export function expandShared(json: string): unknown {
  if (!expansions.has(json)) expansions.set(json, freezeJson(expandAll(json)));
  return expansions.get(json);
}

function expandAll(json: string): unknown {
  const { parts, value } = JSON.parse(json) as { parts: unknown[]; value: unknown };
  const expanded: unknown[] = [];
  for (const part of parts) expanded.push(expand(part, expanded));
  return expand(value, expanded);
}

function expand(value: unknown, parts: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => expand(item, parts));
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === '&' && typeof entries[0]![1] === 'number') return parts[entries[0]![1]];
  return Object.fromEntries(entries.map(([key, item]) => [key, expand(item, parts)]));
}
