import type { Call, Caller } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { at } from '../verdict.ts';

/** For the beginning of a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whether two descriptions are of the same caller. */
export function isSameCaller(a: Caller, b: Caller): boolean {
  return keyOf(a) === keyOf(b);
}

/** Each caller once. */
export function sameCallersOnce(callers: readonly Caller[]): Caller[] {
  return callers.filter((caller, index) => callers.findIndex((other) => isSameCaller(caller, other)) === index);
}

/** A caller in words. */
export function describeCaller(caller: Caller): string {
  if (caller === 'outside') return 'somebody outside the cluster';
  const labels = Object.entries(caller.labels).map(([name, value]) => `${name}=${value}`);
  return `a pod of namespace ${caller.namespace} with ${labels.length > 0 ? labels.join(', ') : 'no labels'}`;
}

export function callEvidence({ atMs, caller, url, outcome, pod }: Call): Evidence {
  return {
    kind: 'request',
    at: at(atMs),
    object: `pods ${pod.name}`,
    text: `GET ${url} by ${describeCaller(caller)} reached ${pod.name} (${pod.image}): ${outcome}`,
  };
}

function keyOf(caller: Caller): string {
  return caller === 'outside' ? caller : JSON.stringify([caller.namespace, ...Object.entries(caller.labels).sort()]);
}
