import { describe, expect, it } from 'vitest';
import { extractFrom, type AuditLine } from './node-journal.ts';

const T0 = Date.parse('2026-11-25T20:00:00Z');

let version = 100;

function line(over: Partial<AuditLine> & { verb?: string; name?: string; object?: object; atMs?: number }): string {
  const { name = 'shop', object, atMs = T0 + 1_000, ...rest } = over;
  const metadata = { name, namespace: 'lab', uid: `uid-${name}`, resourceVersion: String(++version) };
  const record: AuditLine = {
    verb: 'patch',
    stage: 'ResponseComplete',
    requestURI: '/apis/argoproj.io/v1alpha1/namespaces/lab/rollouts/shop',
    user: { username: 'kubernetes-admin' },
    userAgent: 'kubectl/v1.34.4 (linux/amd64)',
    objectRef: { resource: 'rollouts', apiGroup: 'argoproj.io', namespace: 'lab', name },
    responseStatus: { code: 200 },
    responseObject: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata, ...object },
    requestReceivedTimestamp: new Date(atMs).toISOString(),
    ...rest,
  };
  return JSON.stringify(record);
}

const planting = line({ verb: 'create', atMs: T0 - 60_000, object: { spec: { replicas: 1 } } });
const log = (...lines: string[]): string => [planting, ...lines].join('\n');

describe('the journal of a node', () => {
  it('has the writes since the planting, each with the object before', () => {
    const { sinceMs, entries, gaps } = extractFrom(log(line({ object: { spec: { replicas: 2 } } })), { sinceMs: T0 });
    expect(gaps).toEqual([]);
    expect(sinceMs).toBe(T0);
    expect(entries).toMatchObject([
      {
        atMs: T0 + 1_000,
        user: 'kubernetes-admin',
        program: 'kubectl',
        verb: 'patch',
        resource: 'rollouts.argoproj.io',
        before: { spec: { replicas: 1 } },
        after: { spec: { replicas: 2 } },
      },
    ]);
  });

  it('leaves out what was only tried, refused, or a drill of the kit', () => {
    const text = log(
      line({ requestURI: '/x?dryRun=All&fieldManager=y' }),
      line({ responseStatus: { code: 409 } }),
      line({ atMs: T0 + 5_000 }),
      line({ atMs: T0 + 9_000 }),
    );
    const { entries } = extractFrom(text, { sinceMs: T0, drilled: [{ fromMs: T0 + 4_000, toMs: T0 + 6_000 }] });
    expect(entries.map(({ atMs }) => atMs - T0)).toEqual([9_000]);
  });

  it('keeps objects that are gone from the cluster, such as old AnalysisRuns and events', () => {
    const run = { resource: 'analysisruns', apiGroup: 'argoproj.io', namespace: 'lab', name: 'run-1' };
    const text = log(
      line({ verb: 'create', name: 'run-1', objectRef: run, object: { status: { phase: 'Failed' } } }),
      line({ verb: 'delete', name: 'run-1', objectRef: run, object: { status: { phase: 'Failed' } } }),
      line({ verb: 'create', name: 'shop.1', objectRef: { resource: 'events', namespace: 'lab' }, object: { reason: 'RolloutAborted' } }),
    );
    const { entries } = extractFrom(text, { sinceMs: T0 });
    expect(entries.map(({ verb, resource, before, after }) => [verb, resource, before !== undefined, after !== undefined])).toEqual([
      ['create', 'analysisruns.argoproj.io', false, true],
      ['delete', 'analysisruns.argoproj.io', true, false],
      ['create', 'events', false, true],
    ]);
  });

  it('puts writes in the order of their versions', () => {
    const [first, second] = [line({ object: { spec: { replicas: 2 } } }), line({ object: { spec: { replicas: 3 } } })];
    const { entries } = extractFrom(log(second, first), { sinceMs: T0 });
    expect(entries.map(({ before, after }) => [before?.['spec'], after?.['spec']])).toEqual([
      [{ replicas: 1 }, { replicas: 2 }],
      [{ replicas: 2 }, { replicas: 3 }],
    ]);
  });

  it('says so when its beginning was rotated away', () => {
    const { gaps } = extractFrom(line({ atMs: T0 + 30_000 }), { sinceMs: T0 });
    expect(gaps).toEqual([{ fromMs: T0, toMs: T0 + 30_000, reason: 'the older part of the audit log was rotated away' }]);
  });

  it('says so when a line broke off, and goes on after it', () => {
    const text = log(line({ atMs: T0 + 1_000 }), line({ atMs: T0 + 2_000 }).slice(0, 80), line({ atMs: T0 + 3_000 }));
    const { entries, gaps } = extractFrom(text, { sinceMs: T0 });
    expect(entries).toHaveLength(2);
    expect(gaps).toEqual([{ fromMs: T0 + 1_000, toMs: T0 + 3_000, reason: 'a line of the audit log broke off' }]);
  });

  it('does not mind a line that broke off before the scenario began', () => {
    expect(extractFrom(`{"half\n${log(line({}))}`, { sinceMs: T0 }).gaps).toEqual([]);
  });

  it('says so when it could not be read at all, or is empty', () => {
    expect(extractFrom('', { sinceMs: T0, problem: 'no such container' }).gaps).toMatchObject([
      { fromMs: T0, reason: 'the audit log could not be read: no such container' },
    ]);
    expect(extractFrom('', { sinceMs: T0 }).gaps).toMatchObject([{ fromMs: T0, reason: 'the audit log could not be read: it is empty' }]);
  });
});
