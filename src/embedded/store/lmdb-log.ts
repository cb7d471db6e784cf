import type { Database, RootDatabase } from 'lmdb';
import type { KubeObject } from '../../kube/types/meta.ts';
import { freezeJson } from '../../system/json.ts';
import type { AuditEvent } from './journal.ts';
import { JournalSeals } from './journal-seals.ts';
import { LogWriteError, type JournalContent, type StoreLog } from './store-log.ts';
import type { StoreEvent, StoreSnapshot } from './store.ts';

/** How many journal entries are kept; about a day of a busy lab. */
export const JOURNAL_ENTRIES = 20_000;

/**
 * How far the revision jumps when a log is opened again. Why: a crash may lose writes that nobody was told of but somebody saw, on a
 * watch for example; their revisions must not be given out a second time.
 */
const REVISION_GAP = 1_000;

type ObjectKey = [resource: string, namespace: string, name: string];

/** Writes that wait for the next transaction, with the last state per object. */
interface Batch {
  objects: Map<string, { key: ObjectKey; object: KubeObject | undefined }>;
  journal: { number: number; event: AuditEvent }[];
  revision: number;
}

interface Waiter {
  revision: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Databases {
  root: RootDatabase;
  objects: Database<KubeObject, ObjectKey>;
  journal: Database<AuditEvent, number>;
  meta: Database<number, string>;
  /** Of the journal's entries by their numbers, and of its end at 0. */
  seals: Database<string, number>;
}

/** An opened log, and the state that it held. */
export interface OpenedLog {
  log: LmdbLog;
  /** Undefined for a log that was never written to. */
  snapshot: StoreSnapshot | undefined;
}

/** Opens or creates the log in a folder. Only who has the key can write entries of the journal that are believed. */
export async function openLmdbLog(folder: string, { journalEntries = JOURNAL_ENTRIES, journalKey = '' } = {}): Promise<OpenedLog> {
  const { open } = await import('lmdb');
  const root = open({ path: folder, encoding: 'json', maxDbs: 5 });
  const databases: Databases = {
    root,
    objects: root.openDB({ name: 'objects', encoding: 'json' }),
    journal: root.openDB({ name: 'journal', encoding: 'json' }),
    meta: root.openDB({ name: 'meta', encoding: 'json' }),
    seals: root.openDB({ name: 'seals', encoding: 'json' }),
  };
  return { log: new LmdbLog(databases, journalEntries, new JournalSeals(journalKey)), snapshot: loadSnapshot(databases) };
}

function loadSnapshot({ objects, meta }: Databases): StoreSnapshot | undefined {
  const revision = meta.get('revision');
  if (revision === undefined) return undefined;
  const byResource = new Map<string, Map<string, KubeObject>>();
  for (const { key, value } of objects.getRange()) {
    const [resource, namespace, name] = key;
    let ofResource = byResource.get(resource);
    if (!ofResource) byResource.set(resource, (ofResource = new Map<string, KubeObject>()));
    ofResource.set(`${namespace}/${name}`, freezeJson(value));
  }
  return { revision: revision + REVISION_GAP, objects: byResource };
}

/** A log in an lmdb environment: one asynchronous transaction at a time takes everything that has been appended meanwhile. */
export class LmdbLog implements StoreLog {
  readonly #databases: Databases;
  readonly #journalEntries: number;
  readonly #seals: JournalSeals;
  #pending: Batch = emptyBatch();
  #inFlight: Batch | undefined;
  #working: Promise<void> | undefined;
  #durableRevision: number;
  #nextNumber: number;
  #waiters: Waiter[] = [];

  constructor(databases: Databases, journalEntries: number, seals: JournalSeals) {
    this.#databases = databases;
    this.#journalEntries = journalEntries;
    this.#seals = seals;
    this.#durableRevision = databases.meta.get('revision') ?? 0;
    const next = databases.meta.get('nextJournalNumber') ?? 1;
    const isCutOff = next > 1 && databases.seals.get(0) !== seals.ofEnd(next);
    // Why: a number that nobody has stays missing for good.
    this.#nextNumber = isCutOff ? next + 1 : next;
  }

  get lastRevision(): number {
    return Math.max(this.#durableRevision, this.#inFlight?.revision ?? 0, this.#pending.revision);
  }

  append({ type, resource, object, revision }: StoreEvent): void {
    const { namespace = '', name } = object.metadata;
    this.#pending.objects.set(`${resource}/${namespace}/${name}`, {
      key: [resource, namespace, name],
      object: type === 'DELETED' ? undefined : object,
    });
    this.#pending.revision = revision;
    this.#wake();
  }

  appendToJournal(event: AuditEvent): void {
    this.#pending.journal.push({ number: this.#nextNumber++, event });
    this.#wake();
  }

  durable(revision: number): Promise<void> {
    if (revision <= this.#durableRevision) return Promise.resolve();
    this.#wake();
    return new Promise((resolve, reject) => this.#waiters.push({ revision, resolve, reject }));
  }

  journal(): JournalContent {
    const waiting = [...(this.#inFlight?.journal ?? []), ...this.#pending.journal];
    const firstWaiting = waiting[0]?.number ?? this.#nextNumber;
    const oldest = Math.max(1, this.#nextNumber - this.#journalEntries);
    const stored = [...this.#databases.journal.getRange({ start: oldest, end: firstWaiting })].map(({ key, value }) => ({
      number: key,
      event: value,
    }));
    const { genuine, damaged } = this.#seals.verify({ entries: stored, nextNumber: firstWaiting }, (number) =>
      this.#databases.seals.get(number),
    );
    return {
      firstNumber: stored[0]?.number ?? firstWaiting,
      entries: [...genuine, ...waiting.map(({ event }) => event)],
      ...(damaged > 0 && { damaged }),
    };
  }

  async replace(snapshot: StoreSnapshot, journal: readonly AuditEvent[]): Promise<void> {
    await this.#idle();
    const dropped = this.#waiters;
    this.#waiters = [];
    this.#pending = emptyBatch();
    const kept = journal.slice(-this.#journalEntries);
    this.#nextNumber = journal.length + 1;
    this.#working = this.#transact(() => {
      this.#databases.objects.clearSync();
      this.#databases.journal.clearSync();
      this.#databases.seals.clearSync();
      this.#writeBatch(batchOf(snapshot, kept, this.#nextNumber));
    });
    await this.#working.finally(() => (this.#working = undefined));
    this.#durableRevision = snapshot.revision;
    for (const { resolve } of dropped) resolve();
    this.#wake();
  }

  async close(): Promise<void> {
    await this.#idle();
    await this.#databases.root.flushed;
    await this.#databases.root.close();
  }

  #wake(): void {
    if (this.#working) return;
    this.#working = Promise.resolve().then(() => this.#drain());
  }

  async #idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #drain(): Promise<void> {
    try {
      while (!isEmpty(this.#pending)) await this.#flush();
      this.#settle();
    } catch (error) {
      this.#refuseWaiters(new LogWriteError(error));
    } finally {
      this.#working = undefined;
    }
  }

  async #flush(): Promise<void> {
    const batch = this.#pending;
    this.#pending = emptyBatch();
    this.#inFlight = batch;
    try {
      await this.#transact(() => this.#writeBatch(batch));
    } catch (error) {
      this.#pending = mergeBatches(batch, this.#pending);
      throw error;
    } finally {
      this.#inFlight = undefined;
    }
    this.#durableRevision = Math.max(this.#durableRevision, batch.revision);
    this.#settle();
  }

  /** Why: a throw inside an lmdb transaction does not roll back what the callback did before, so it is passed on, and the batch written again. */
  async #transact(write: () => void): Promise<void> {
    let failure: unknown;
    await this.#databases.root.transaction(() => {
      try {
        write();
      } catch (error) {
        failure = error ?? new Error('unknown');
      }
    });
    if (failure !== undefined) throw failure as Error;
  }

  #writeBatch({ objects, journal, revision }: Batch): void {
    const { meta, objects: objectTable, journal: journalTable, seals } = this.#databases;
    for (const { key, object } of objects.values()) {
      if (object) objectTable.putSync(key, object);
      else objectTable.removeSync(key);
    }
    for (const { number, event } of journal) {
      journalTable.putSync(number, event);
      seals.putSync(number, this.#seals.ofEntry(number, event));
      if (number > this.#journalEntries) {
        journalTable.removeSync(number - this.#journalEntries);
        seals.removeSync(number - this.#journalEntries);
      }
    }
    if (revision > 0) meta.putSync('revision', revision);
    const last = journal.at(-1);
    if (last) {
      meta.putSync('nextJournalNumber', last.number + 1);
      seals.putSync(0, this.#seals.ofEnd(last.number + 1));
    }
  }

  #settle(): void {
    const isDone = ({ revision }: Waiter): boolean => revision <= this.#durableRevision || isEmpty(this.#pending);
    const done = this.#waiters.filter(isDone);
    this.#waiters = this.#waiters.filter((waiter) => !isDone(waiter));
    for (const { resolve } of done) resolve();
  }

  #refuseWaiters(error: LogWriteError): void {
    const refused = this.#waiters;
    this.#waiters = [];
    for (const { reject } of refused) reject(error);
  }
}

function emptyBatch(): Batch {
  return { objects: new Map(), journal: [], revision: 0 };
}

function isEmpty({ objects, journal }: Batch): boolean {
  return objects.size === 0 && journal.length === 0;
}

function mergeBatches(older: Batch, newer: Batch): Batch {
  return {
    objects: new Map([...older.objects, ...newer.objects]),
    journal: [...older.journal, ...newer.journal],
    revision: Math.max(older.revision, newer.revision),
  };
}

function batchOf(snapshot: StoreSnapshot, journal: readonly AuditEvent[], nextNumber: number): Batch {
  const batch = emptyBatch();
  for (const [resource, objects] of snapshot.objects) {
    for (const [id, object] of objects) {
      const { namespace = '', name } = object.metadata;
      batch.objects.set(`${resource}/${id}`, { key: [resource, namespace, name], object });
    }
  }
  batch.journal = journal.map((event, index) => ({ number: nextNumber - journal.length + index, event }));
  batch.revision = snapshot.revision;
  return batch;
}
