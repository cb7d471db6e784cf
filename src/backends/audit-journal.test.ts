import { describe, expect, it } from 'vitest';
import { toJournalEntries, type AuditRecord } from './audit-journal.ts';

const CONTROLLER = 'system:serviceaccount:argo-rollouts:argo-rollouts';

function patchBy(who: Partial<AuditRecord>): AuditRecord {
  return {
    verb: 'patch',
    user: { username: 'kubernetes-admin' },
    objectRef: { resource: 'services', namespace: 'lab', name: 'shop-active' },
    responseObject: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop-active', namespace: 'lab', uid: 'u' } },
    requestReceivedTimestamp: '2026-03-04T05:06:07.000000Z',
    ...who,
  };
}

describe('the program behind a write', () => {
  it.each<[program: string, who: Partial<AuditRecord>]>([
    ['kubectl', { userAgent: 'kubectl/v1.34.4 (linux/amd64)' }],
    ['', {}],
    ['rollouts-controller', { userAgent: 'rollouts-controller/v1.10.1', user: { username: CONTROLLER } }],
    ['kubernetes-admin in the name of rollouts-controller', { userAgent: 'rollouts-controller/v1.10.1' }],
    [
      'kubernetes-admin in the name of rollouts-controller',
      { userAgent: 'rollouts-controller/v1.10.1', impersonatedUser: { username: CONTROLLER } },
    ],
    [
      'system:serviceaccount:lab:mine in the name of rollouts-controller',
      { userAgent: 'rollouts-controller', user: { username: 'system:serviceaccount:lab:mine' } },
    ],
  ])('is %j', (program, who) => {
    expect(toJournalEntries([patchBy(who)])).toMatchObject([{ program }]);
  });
});
