import { TimeoutError } from '../errors.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import type { KubeObject } from '../kube/types/meta.ts';
import { parseDuration } from '../system/duration.ts';
import { isSubset } from '../kube/is-subset.ts';

/** An object and the fields it should come to have. */
export interface AwaitedObject {
  resource: string;
  namespace?: string | undefined;
  name: string;
  match: Record<string, unknown>;
  within: string;
}

/**
 * Waits until the object has these fields, and the controller has seen its newest spec. Rejects with TimeoutError naming the last state.
 */
export async function waitForMatch(session: ClusterSession, awaited: AwaitedObject): Promise<void> {
  const { resource, namespace, name, match, within } = awaited;
  let last: KubeObject | undefined;
  const holds = async (): Promise<boolean> => {
    last = await session.client.get(resource, namespace, name);
    return last !== undefined && isObserved(last) && isSubset(last, match);
  };
  if (await session.waitUntil(holds, parseDuration(within)!)) return;
  const state = last ? JSON.stringify(pick(last, match)) : 'it does not exist';
  throw new TimeoutError(`${resource} ${name} did not become ${JSON.stringify(match)} within ${within}; last seen: ${state}`);
}

/** A Rollout says which generation it has seen as text, other kinds as a number; kinds that say nothing count as seen. */
function isObserved({ metadata, status }: KubeObject): boolean {
  const observed = (status as { observedGeneration?: string | number } | undefined)?.observedGeneration;
  return observed === undefined || metadata.generation === undefined || Number(observed) >= metadata.generation;
}

/** The part of an object that a match talks about. */
function pick(actual: unknown, wanted: unknown): unknown {
  if (typeof wanted !== 'object' || wanted === null || typeof actual !== 'object' || actual === null) return actual;
  return Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, pick((actual as Record<string, unknown>)[key], value)]));
}
