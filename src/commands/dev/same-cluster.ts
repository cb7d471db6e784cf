import type { ClusterObject } from '../../../grader/index.ts';
import type { Deviation } from './deviation.ts';

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const MOST_SHOWN = 5;

/**
 * Where a cluster differs from another one that should be the same. What the server makes up is left out of it: uids, the ends of
 * generated names, resource versions and addresses.
 */
export function findClusterDeviations(wanted: readonly ClusterObject[], found: readonly ClusterObject[]): Deviation[] {
  const wantedTexts = normalised(wanted);
  const foundTexts = normalised(found);
  const lost = subtract(wantedTexts, foundTexts);
  const extra = subtract(foundTexts, wantedTexts);
  const deviations = [
    ...lost.map((text) => ({ expected: `as at the start: ${text.slice(0, 200)}…`, found: nearestTo(text, extra) })),
    ...extra.slice(lost.length).map((text) => ({ expected: 'no such object at the start', found: text })),
  ];
  return deviations.slice(0, MOST_SHOWN);
}

/** Each object as text, without what differs from one cluster to the next. */
function normalised(objects: readonly ClusterObject[]): string[] {
  const generated = new Map<string, string>();
  for (const { metadata } of objects) {
    const { generateName, name } = metadata as { generateName?: string; name: string };
    if (generateName) generated.set(name, `${generateName}*`);
  }
  return objects.filter(({ kind }) => kind !== 'Event').map((object) => normalisedText(object, generated));
}

function normalisedText(object: ClusterObject, generated: ReadonlyMap<string, string>): string {
  const text = JSON.stringify(object, (key, value: unknown) => {
    if (['resourceVersion', 'podIP', 'podIPs', 'clusterIP', 'clusterIPs', 'addresses', 'containerID'].includes(key)) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  // Why names first: a generated name may hold a uid, as that of an analysis Job's pod does.
  let plain = text;
  for (const [name, pattern] of generated) plain = plain.replaceAll(`"${name}"`, `"${pattern}"`);
  return plain.replaceAll(UID, '*');
}

function subtract(from: readonly string[], what: readonly string[]): string[] {
  const left = [...what];
  return from.filter((text) => {
    const index = left.indexOf(text);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** The text that goes on alike for longest, cut to where it begins to differ. */
function nearestTo(text: string, candidates: readonly string[]): string {
  const nearest = candidates.reduce((best, candidate) => (alike(candidate, text) > alike(best, text) ? candidate : best), '');
  if (nearest === '') return 'no such object';
  const from = Math.max(0, alike(nearest, text) - 100);
  return `…${nearest.slice(from, from + 300)}… instead of …${text.slice(from, from + 300)}…`;
}

function alike(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
