import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type Database } from 'lmdb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LoggedJournal, MemoryJournal, type AuditEvent } from './journal.ts';
import { openLmdbLog, type LmdbLog } from './lmdb-log.ts';

function entry(number: number): AuditEvent {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: String(number),
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/lab/pods',
    verb: 'create',
    user: { username: 'kubernetes-admin', groups: [] },
    sourceIPs: ['127.0.0.1'],
    userAgent: 'test',
    objectRef: { resource: 'pods', name: `p${number}`, apiVersion: 'v1' },
    responseStatus: { code: 201 },
    requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
    stageTimestamp: '2026-01-01T00:00:00.000000Z',
  };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function openLog(folder: string, journalEntries?: number): Promise<LmdbLog> {
  const { log } = await openLmdbLog(folder, journalEntries === undefined ? {} : { journalEntries });
  return log;
}

const ids = (entries: AuditEvent[]): number[] => entries.map(({ auditID }) => Number(auditID));

describe('a journal', () => {
  it.each(['memory', 'log'])('in %s gives back what went in, oldest first, at once', async (kind) => {
    const log = kind === 'log' ? await openLog(await temporaryFolder()) : undefined;
    const journal = log ? new LoggedJournal(log) : new MemoryJournal();
    for (let number = 1; number <= 3; number += 1) journal.append(entry(number));
    expect(ids(journal.entries())).toEqual([1, 2, 3]);
    expect(journal.firstNumber()).toBe(1);
    await log?.close();
  });

  it('in a log survives closing, and goes on counting', async () => {
    const folder = await temporaryFolder();
    const first = await openLog(folder);
    for (let number = 1; number <= 3; number += 1) first.appendToJournal(entry(number));
    await first.close();
    const second = await openLog(folder);
    second.appendToJournal(entry(4));
    expect(ids(second.journal().entries)).toEqual([1, 2, 3, 4]);
    expect(second.journal().entries[0]).toEqual(entry(1));
    await second.close();
  });

  it('keeps the newest entries and shows that older ones are gone', async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder, 10);
    expect(log.journal()).toEqual({ firstNumber: 1, entries: [] });
    for (let number = 1; number <= 25; number += 1) log.appendToJournal(entry(number));
    await log.close();
    const again = await openLog(folder, 10);
    expect(again.journal().firstNumber).toBe(16);
    expect(ids(again.journal().entries)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
    for (let number = 26; number <= 28; number += 1) again.appendToJournal(entry(number));
    expect(again.journal().firstNumber).toBe(19);
    expect(ids(again.journal().entries)).toEqual([19, 20, 21, 22, 23, 24, 25, 26, 27, 28]);
    await again.close();
  });

  it('is replaced together with the objects', async () => {
    const folder = await temporaryFolder();
    const log = await openLog(folder, 3);
    log.appendToJournal(entry(99));
    await log.replace({ revision: 50, objects: new Map() }, [1, 2, 3, 4, 5].map(entry));
    expect(log.journal().firstNumber).toBe(3);
    log.appendToJournal(entry(6));
    await log.close();
    const again = await openLog(folder, 3);
    expect(ids(again.journal().entries)).toEqual([4, 5, 6]);
    expect(again.lastRevision).toBe(50);
    await again.close();
  });
});

describe('a journal that was edited where it is stored', () => {
  const key = 'only the cluster knows';

  /** Three entries, then an edit of what is on disk, then what is read of it. */
  async function afterEdit(edit: (databases: { journal: Database<AuditEvent, number>; meta: Database<number, string> }) => unknown) {
    const folder = await temporaryFolder();
    const { log } = await openLmdbLog(folder, { journalKey: key });
    for (let number = 1; number <= 3; number += 1) log.appendToJournal(entry(number));
    await log.close();
    const root = open({ path: folder, encoding: 'json', maxDbs: 5 });
    edit({ journal: root.openDB({ name: 'journal', encoding: 'json' }), meta: root.openDB({ name: 'meta', encoding: 'json' }) });
    await root.flushed;
    await root.close();
    const { log: again } = await openLmdbLog(folder, { journalKey: key });
    again.appendToJournal(entry(4));
    await again.close();
    const { log: last } = await openLmdbLog(folder, { journalKey: key });
    const { entries, damaged } = last.journal();
    await last.close();
    return { ids: ids(entries), damaged };
  }

  it('has no damage when nobody touched it', async () => {
    expect(await afterEdit(() => undefined)).toEqual({ ids: [1, 2, 3, 4], damaged: undefined });
  });

  it.each<[what: string, left: number[], edit: Parameters<typeof afterEdit>[0]]>([
    ['a changed entry', [1, 3, 4], ({ journal }) => journal.putSync(2, { ...entry(2), userAgent: 'rollouts-controller' })],
    ['an entry taken out', [1, 3, 4], ({ journal }) => journal.removeSync(2)],
    ['an entry in the place of another', [1, 3, 4], ({ journal }) => journal.putSync(2, journal.get(3)!)],
    [
      'an end that was cut off',
      [1, 2, 4],
      ({ journal, meta }) => {
        journal.removeSync(3);
        meta.putSync('nextJournalNumber', 3);
      },
    ],
  ])('shows %s, for good, and does not believe it', async (_what, left, edit) => {
    expect(await afterEdit(edit)).toEqual({ ids: left, damaged: 1 });
  });

  it('has no entries that somebody else wrote', async () => {
    const edited = await afterEdit(({ journal, meta }) => {
      journal.putSync(4, entry(99));
      meta.putSync('nextJournalNumber', 5);
    });
    expect(edited.ids).not.toContain(99);
    expect(edited.damaged).toBeGreaterThan(0);
  });
});
