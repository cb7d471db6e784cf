import type { KubeObject } from '../../kube/types/meta.ts';

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
}
