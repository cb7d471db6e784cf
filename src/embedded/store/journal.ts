import type { KubeObject } from '../../kube/types/meta.ts';
import type { StoreLog } from './store-log.ts';

/** One write, in the form of an `audit.k8s.io/v1` Event at stage ResponseComplete. */
export interface AuditEvent {
  kind: 'Event';
  apiVersion: 'audit.k8s.io/v1';
  level: 'RequestResponse';
  auditID: string;
  stage: 'ResponseComplete';
  requestURI: string;
  verb: 'create' | 'update' | 'patch' | 'delete';
  user: { username: string; groups: readonly string[] };
  impersonatedUser?: { username: string; groups: readonly string[] };
  sourceIPs: readonly string[];
  userAgent: string;
  objectRef: {
    resource: string;
    namespace?: string;
    name: string;
    uid?: string;
    apiGroup?: string;
    apiVersion: string;
    resourceVersion?: string;
    subresource?: string;
  };
  responseStatus: { code: number };
  /** The object before the write; absent for a creation. Not part of audit.k8s.io. */
  previousObject?: KubeObject;
  /** The object after the write; for a deletion, its last state. */
  responseObject?: KubeObject;
  /** RFC 3339 with microseconds. */
  requestReceivedTimestamp: string;
  stageTimestamp: string;
}

/** Where the audit events of a cluster go, oldest first. */
export interface Journal {
  append(event: AuditEvent): void;
  /** Every event that is still kept. */
  entries(): AuditEvent[];
  /** The number of the first entry that is still kept, counted from 1; above 1 means that there is a gap before it. */
  firstNumber(): number;
}

/** A journal that lives as long as its cluster: for drills and tests. */
export class MemoryJournal implements Journal {
  readonly #events: AuditEvent[] = [];

  append(event: AuditEvent): void {
    this.#events.push(event);
  }

  entries(): AuditEvent[] {
    return [...this.#events];
  }

  firstNumber(): number {
    return 1;
  }
}

/** A journal in the log of the store, so that a write and its entry survive together; nothing of it is kept in memory. */
export class LoggedJournal implements Journal {
  readonly #log: StoreLog;

  constructor(log: StoreLog) {
    this.#log = log;
  }

  append(event: AuditEvent): void {
    this.#log.appendToJournal(event);
  }

  entries(): AuditEvent[] {
    return this.#log.journal().entries;
  }

  firstNumber(): number {
    return this.#log.journal().firstNumber;
  }
}
