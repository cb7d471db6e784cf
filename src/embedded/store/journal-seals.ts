import { createHmac } from 'node:crypto';
import type { AuditEvent } from './journal.ts';

/** What is kept of a journal: numbered entries, oldest first, and the number that the next one gets. */
export interface KeptJournal {
  entries: readonly { number: number; event: AuditEvent }[];
  nextNumber: number;
}

/** Marks by which an entry of the journal is known for the one that was written, in its place. */
export class JournalSeals {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  ofEntry(number: number, event: AuditEvent): string {
    return this.#seal(`${number} ${JSON.stringify(event)}`);
  }

  /** Tells a journal that ends where it should from one whose end was cut off. */
  ofEnd(nextNumber: number): string {
    return this.#seal(`${nextNumber} comes next`);
  }

  /** The entries that are as they were written, and how many were changed or taken out since. */
  verify({ entries, nextNumber }: KeptJournal, sealOf: (number: number) => string | undefined): { genuine: AuditEvent[]; damaged: number } {
    const first = entries[0]?.number ?? nextNumber;
    const genuine = entries.filter(({ number, event }) => sealOf(number) === this.ofEntry(number, event)).map(({ event }) => event);
    return { genuine, damaged: Math.max(0, nextNumber - first - genuine.length) };
  }

  #seal(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url');
  }
}
