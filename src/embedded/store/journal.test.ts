import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
