interface Entry {
  backoffMs: number;
  updatedMs: number;
}

/** Delays that double each time, by key, and start anew after a quiet time of twice the longest. Models client-go util/flowcontrol Backoff. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** The present delay of a key; 0 for one that never failed. */
  currentMs(key: string): number {
    return this.#entries.get(key)?.backoffMs ?? 0;
  }

  /** How long the delay since an event still lasts; 0 when it is over or has been forgotten. */
  remainingSince(key: string, eventMs: number, nowMs: number): number {
    const entry = this.#entries.get(key);
    if (!entry || this.#isForgotten(entry, eventMs)) return 0;
    return Math.max(0, eventMs + entry.backoffMs - nowMs);
  }

  /** How long the delay since the last `next` still lasts. */
  remaining(key: string, nowMs: number): number {
    const entry = this.#entries.get(key);
    return entry ? this.remainingSince(key, entry.updatedMs, nowMs) : 0;
  }

  /** Makes the delay of a key longer: twice what it was, or the first one again when the event comes after a quiet time. */
  next(key: string, eventMs: number, nowMs: number): void {
    const entry = this.#entries.get(key);
    const backoffMs = entry && !this.#isForgotten(entry, eventMs) ? Math.min(this.#longestMs, 2 * entry.backoffMs) : this.#firstMs;
    this.#entries.set(key, { backoffMs, updatedMs: nowMs });
  }

  /** Sets the delay of a key as it was before a restart. */
  restore(key: string, backoffMs: number, updatedMs: number): void {
    this.#entries.set(key, { backoffMs, updatedMs });
  }

  /** Forgets every key that begins with a prefix. */
  forget(prefix: string): void {
    for (const key of [...this.#entries.keys()]) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #isForgotten({ updatedMs }: Entry, eventMs: number): boolean {
    return eventMs - updatedMs > 2 * this.#longestMs;
  }
}
