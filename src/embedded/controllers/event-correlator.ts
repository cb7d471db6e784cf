import type { Event } from '../../kube/types/core.ts';
import { RecencyMap } from './recency-map.ts';

/** What is to be done about an event: create it, raise the count of an earlier one by patch, or nothing (undefined). */
export type CorrelatedEvent = { isRepeat: boolean; event: Event } | undefined;

const CACHED_KEYS = 4096;
const SIMILAR_BEFORE_AGGREGATION = 10;
const SIMILAR_WITHIN_MS = 600_000;
const BURST_PER_OBJECT = 25;
const REFILL_MS = 300_000;

interface Similar {
  messages: Set<string>;
  lastMs: number;
}

interface Sent {
  name: string;
  count: number;
  firstTimestamp: string | null | undefined;
}

interface Tokens {
  available: number;
  atMs: number;
}

/**
 * Decides how a stream of events from one component is written down: identical ones are counted up, many that differ only
 * in their message become one "(combined from similar events)", and an object that has had its burst is quiet for a while.
 * Models client-go tools/record/events_cache.go EventCorrelator.
 */
export class EventCorrelator {
  readonly #similar = new RecencyMap<Similar>(CACHED_KEYS);
  readonly #sent = new RecencyMap<Sent>(CACHED_KEYS);
  readonly #tokens = new RecencyMap<Tokens>(CACHED_KEYS);

  correlate(event: Event, nowMs: number): CorrelatedEvent {
    const { combined, key } = this.#combine(event, nowMs);
    const counted = this.#count(combined, key);
    return this.#mayBeSent(event, nowMs) ? counted : undefined;
  }

  /** The event itself or, once ten messages of its kind came within ten minutes, the one that stands for them all. */
  #combine(event: Event, nowMs: number): { combined: Event; key: string } {
    const groupKey = [...objectParts(event), event.type, event.reason].join('\n');
    const known = this.#similar.get(groupKey);
    const similar = known && nowMs - known.lastMs <= SIMILAR_WITHIN_MS ? known : { messages: new Set<string>(), lastMs: nowMs };
    similar.messages.add(event.message ?? '');
    similar.lastMs = nowMs;
    this.#similar.set(groupKey, similar);
    if (similar.messages.size < SIMILAR_BEFORE_AGGREGATION) return { combined: event, key: identityOf(event) };
    for (const message of similar.messages) {
      similar.messages.delete(message);
      break;
    }
    return { combined: { ...event, message: `(combined from similar events): ${event.message ?? ''}` }, key: groupKey };
  }

  #count(event: Event, key: string): NonNullable<CorrelatedEvent> {
    const earlier = this.#sent.get(key);
    const counted: Event = earlier
      ? {
          ...event,
          metadata: { ...event.metadata, name: earlier.name },
          firstTimestamp: earlier.firstTimestamp ?? null,
          count: earlier.count + 1,
        }
      : event;
    this.#sent.set(key, { name: counted.metadata.name, count: counted.count ?? 1, firstTimestamp: counted.firstTimestamp });
    return { isRepeat: earlier !== undefined, event: counted };
  }

  #mayBeSent(event: Event, nowMs: number): boolean {
    const key = [...objectParts(event), event.type].join('\n');
    const tokens = this.#tokens.get(key) ?? { available: BURST_PER_OBJECT, atMs: nowMs };
    const available = Math.min(BURST_PER_OBJECT, tokens.available + (nowMs - tokens.atMs) / REFILL_MS);
    const isAllowed = available >= 1;
    this.#tokens.set(key, { available: isAllowed ? available - 1 : available, atMs: nowMs });
    return isAllowed;
  }
}

function objectParts({ involvedObject }: Event): (string | undefined)[] {
  const { kind, namespace, name, uid, apiVersion } = involvedObject;
  return [kind, namespace, name, uid, apiVersion];
}

function identityOf(event: Event): string {
  return [...objectParts(event), event.involvedObject.fieldPath, event.type, event.reason, event.message].join('\n');
}
