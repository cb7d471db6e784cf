import type { ClusterObject, JournalEntry } from '../../grader/index.ts';

/** What is read of an `audit.k8s.io/v1` Event, as the embedded cluster's journal and a real API server's log have it. */
export interface AuditRecord {
  verb: string;
  user: { username: string };
  impersonatedUser?: { username: string };
  userAgent?: string;
  objectRef: { resource: string; apiGroup?: string; namespace?: string; name?: string; uid?: string; subresource?: string };
  responseStatus?: { code?: number };
  responseObject?: unknown;
  requestReceivedTimestamp: string;
}

const WRITE_VERBS = new Set(['create', 'update', 'patch', 'delete']);

/**
 * The writes in an audit log as journal entries, oldest first, each with the object before it. `before` comes from the write that went
 * before it in the log, or from what was there already when the log began, which `known` tells by UID.
 */
export function toJournalEntries(records: Iterable<AuditRecord>, known: ReadonlyMap<string, ClusterObject> = new Map()): JournalEntry[] {
  const latest = new Map(known);
  const entries: JournalEntry[] = [];
  for (const record of records) {
    const object = writtenObject(record, latest);
    if (!object) continue;
    const uid = object.metadata.uid!;
    const before = record.verb === 'create' ? undefined : latest.get(uid);
    const gone = isGone(record, object);
    if (gone) latest.delete(uid);
    else latest.set(uid, object);
    entries.push(toEntry(record, object, before, gone));
  }
  return entries;
}

/** The object a write answered with; deletions are often answered with a Status that only names the UID. */
function writtenObject(record: AuditRecord, latest: ReadonlyMap<string, ClusterObject>): ClusterObject | undefined {
  if (!WRITE_VERBS.has(record.verb) || (record.responseStatus?.code ?? 200) >= 300) return undefined;
  const answer = record.responseObject as (Partial<ClusterObject> & { details?: { uid?: string } }) | undefined;
  if (answer?.kind === 'Status') return latest.get(answer.details?.uid ?? record.objectRef.uid ?? '');
  return answer?.metadata?.uid ? (answer as ClusterObject) : undefined;
}

/** Finalizers or a grace period keep a deleted object there; the write that takes the last of them away makes it go. */
function isGone({ verb }: AuditRecord, { metadata }: ClusterObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = metadata as {
    deletionTimestamp?: string;
    finalizers?: string[];
    deletionGracePeriodSeconds?: number;
  };
  const isKept = (finalizers?.length ?? 0) > 0 || (deletionGracePeriodSeconds ?? 0) > 0;
  return (verb === 'delete' || deletionTimestamp !== undefined) && !isKept;
}

/** The account of each controller whose writes are told from everybody else's. */
const ACCOUNTS: ReadonlyMap<string, string> = new Map([['rollouts-controller', 'system:serviceaccount:argo-rollouts:argo-rollouts']]);

/** What wrote it, by its own word; the name of a controller counts only with that controller's account, which nobody else may act as. */
function programOf({ user, impersonatedUser, userAgent = '' }: AuditRecord): string {
  const program = userAgent.split('/')[0]!;
  const isBorrowed = ACCOUNTS.has(program) && (impersonatedUser !== undefined || ACCOUNTS.get(program) !== user.username);
  return isBorrowed ? `${user.username} in the name of ${program}` : program;
}

function toEntry(record: AuditRecord, object: ClusterObject, before: ClusterObject | undefined, gone: boolean): JournalEntry {
  const { resource, apiGroup, namespace, subresource } = record.objectRef;
  return {
    atMs: Date.parse(record.requestReceivedTimestamp),
    user: (record.impersonatedUser ?? record.user).username,
    program: programOf(record),
    verb: record.verb as JournalEntry['verb'],
    resource: apiGroup ? `${resource}.${apiGroup}` : resource,
    ...(namespace !== undefined && { namespace }),
    name: object.metadata.name,
    ...(object.metadata.uid !== undefined && { uid: object.metadata.uid }),
    ...(subresource !== undefined && { subresource }),
    ...(before && { before }),
    ...(!gone && { after: object }),
  };
}
