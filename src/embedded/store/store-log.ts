import type { AuditEvent } from './journal.ts';
import type { StoreEvent, StoreSnapshot } from './store.ts';

/**
 * Where the writes of a store go so that they outlive the process. What is appended in one go of the event loop (a write and its
 * journal entry, say) becomes durable together or not at all, and in the order in which it was appended.
 */
export interface StoreLog {
  /** The highest revision that was ever appended. */
  readonly lastRevision: number;
  append(event: StoreEvent): void;
  appendToJournal(event: AuditEvent): void;
  /**
   * Resolves once every write up to the revision would survive `kill -9`. Rejects with LogWriteError when the machine refuses the
   * write (disk full); what was refused stays queued and is tried again with the next append.
   */
  durable(revision: number): Promise<void>;
  /** Everything that is kept of the journal, read from where it is stored. */
  journal(): JournalContent;
  /** Replaces the whole content in one step: after a crash either the old or the new is there. Nobody may append meanwhile. */
  replace(snapshot: StoreSnapshot, journal: readonly AuditEvent[]): Promise<void>;
  /** Writes what is queued, then gives the files back. */
  close(): Promise<void>;
}

/** A journal as it is kept. */
export interface JournalContent {
  /** Above 1 when older entries were dropped. */
  firstNumber: number;
  /** Oldest first. */
  entries: AuditEvent[];
  /** How many entries somebody changed or took out where they are stored; they are not among the others. Absent for none. */
  damaged?: number;
}

/** The machine refused to keep a write; `cause` says why. */
export class LogWriteError extends Error {
  constructor(cause: unknown) {
    super(`the write could not be stored: ${cause instanceof Error ? cause.message : 'unknown reason'}`, { cause });
    this.name = 'LogWriteError';
  }
}
