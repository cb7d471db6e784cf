import type { Journal, JournalExtract, JournalGap } from '../../../grader/index.ts';
import type { Docker } from '../../system/docker.ts';
import { toJournalEntries, type AuditRecord } from '../audit-journal.ts';
import { LOG_FOLDER } from './audit-policy.ts';
import type { ClusterRecord } from './cluster-record.ts';

/** One line of the audit log of a real API server. */
export interface AuditLine extends AuditRecord {
  requestURI: string;
  stage: string;
}

/** Rotated files first, oldest first, for their names carry the time; then the one that is written. */
const READ_LOG = `cd ${LOG_FOLDER} && for file in $(ls audit-*.log 2>/dev/null | sort) audit.log; do cat "$file" && echo; done`;
const READ_TIMEOUT_MS = 60_000;

/** The journal of a kind cluster, from the audit log on its node. */
export function nodeJournal(docker: Docker, node: string, record: Pick<ClusterRecord, 'sinceMs' | 'drilled'>): Journal {
  return {
    read: async () => {
      const { exitCode, stdout, stderr } = await docker.exec(node, ['sh', '-c', READ_LOG], { timeoutMs: READ_TIMEOUT_MS });
      const text = exitCode === 0 ? stdout : '';
      return extractFrom(text, { ...record, ...(exitCode !== 0 && { problem: stderr.trim() || `exit code ${exitCode}` }) });
    },
  };
}

export interface ExtractOptions extends Pick<ClusterRecord, 'sinceMs' | 'drilled'> {
  /** Why the log could not be read. */
  problem?: string;
}

/**
 * The writes since the scenario was planted, without those that a drill on the cluster itself made. A log that begins later, or that
 * breaks off in the middle of a line, has a gap.
 */
export function extractFrom(log: string, { sinceMs = 0, drilled = [], problem }: ExtractOptions): JournalExtract {
  const gaps: JournalGap[] = [];
  const lines = log.split('\n').filter((line) => line !== '');
  const records = lines.map(parseLine);
  const times = records.map((record) => (record ? Date.parse(record.requestReceivedTimestamp) : NaN));
  const firstMs = times.find((atMs) => !Number.isNaN(atMs));
  if (problem !== undefined || firstMs === undefined)
    gaps.push({ fromMs: sinceMs, toMs: Date.now(), reason: `the audit log could not be read: ${problem ?? 'it is empty'}` });
  else if (firstMs > sinceMs) gaps.push({ fromMs: sinceMs, toMs: firstMs, reason: 'the older part of the audit log was rotated away' });
  records.forEach((record, index) => {
    if (record !== undefined) return;
    const fromMs = times.slice(0, index).findLast((atMs) => !Number.isNaN(atMs)) ?? sinceMs;
    const toMs = times.slice(index + 1).find((atMs) => !Number.isNaN(atMs)) ?? Date.now();
    if (toMs >= sinceMs) gaps.push({ fromMs, toMs, reason: 'a line of the audit log broke off' });
  });
  const writes = records.filter((record) => record !== undefined).filter(hasHappened);
  const entries = toJournalEntries(inOrder(writes)).filter(({ atMs }) => atMs >= sinceMs && !isDuring(atMs, drilled));
  return { sinceMs, entries, gaps };
}

function parseLine(line: string): AuditLine | undefined {
  try {
    return JSON.parse(line) as AuditLine;
  } catch {
    return undefined;
  }
}

/** Trying a write without effect is no write. */
function hasHappened({ requestURI, stage }: AuditLine): boolean {
  return stage === 'ResponseComplete' && !/[?&]dryRun=/.test(requestURI);
}

/** Why: the log is in the order in which requests were answered; objects change in that of their resourceVersions. */
function inOrder(records: AuditLine[]): AuditLine[] {
  let latest = 0;
  // Why: an answer without a version, as to most deletions, stays behind the one that was written before it.
  const versioned = records.map((record) => ({ record, version: (latest = versionOf(record) ?? latest) }));
  return versioned.sort((a, b) => a.version - b.version).map(({ record }) => record);
}

function versionOf({ responseObject }: AuditLine): number | undefined {
  const version = Number((responseObject as { metadata?: { resourceVersion?: string } } | undefined)?.metadata?.resourceVersion);
  return version > 0 ? version : undefined;
}

function isDuring(atMs: number, stretches: readonly { fromMs: number; toMs: number }[]): boolean {
  return stretches.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
}
