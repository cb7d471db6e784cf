import { describe, expect, test } from 'vitest';
import type { DrillRecord, JournalEntry } from '../ports.ts';
import { fakeReader, object, write } from '../testing/fake-cluster.ts';
import { judgeTurnedDown } from './turned-down.ts';

const HASH = 'rollouts-pod-template-hash';
const WANTED = { rollout: 'shop', images: ['lab/shop:1.8'] };

function replicaSet(hash: string, image: string) {
  const spec = { template: { spec: { containers: [{ name: 'shop', image }] } } };
  return object('ReplicaSet', `shop-${hash}`, { spec }, { labels: { [HASH]: hash }, uid: hash });
}

/** An AnalysisRun that changes from running to this status. */
function end(status: object, { hash = 'h2', owner = 'shop' } = {}): JournalEntry {
  const metadata = { labels: { [HASH]: hash }, ownerReferences: [{ kind: 'Rollout', name: owner, uid: 'u', controller: true }] };
  return write(10_000, 'analysisruns.argoproj.io', 'shop-h2-2-pre', {
    before: object('AnalysisRun', 'shop-h2-2-pre', { status: { phase: 'Running' } }, metadata),
    after: object('AnalysisRun', 'shop-h2-2-pre', { status: { completedAt: '1970-01-01T00:00:10Z', ...status } }, metadata),
  });
}

function judge(...journal: JournalEntry[]) {
  const record: DrillRecord = {
    startedAtMs: 0,
    endedAtMs: 60_000,
    answers: [],
    requests: [],
    journal,
    before: fakeReader({}),
    after: fakeReader({ 'replicasets.apps': [replicaSet('h1', 'lab/shop:1.1'), replicaSet('h2', 'lab/shop:1.8')] }),
    acts: [],
    notSimulated: [],
  };
  return judgeTurnedDown(WANTED, record);
}

describe('turnedDown', () => {
  test.each(['Failed', 'Error', 'Inconclusive'])('an AnalysisRun that ended %s and says why passes', async (phase) => {
    const verdict = await judge(end({ phase, message: 'no such host' }));
    expect(verdict).toMatchObject({ result: 'passed', observed: 'shop-h2-2-pre turned lab/shop:1.8 down, and says why.' });
    expect(verdict.evidence[0]?.text).toBe(`${phase}: no such host`);
  });

  test('the reason may stand with the metric', async () => {
    expect((await judge(end({ phase: 'Failed', metricResults: [{ name: 'scan', message: 'exit code 2' }] }))).result).toBe('passed');
  });

  test('without a word it fails', async () => {
    expect((await judge(end({ phase: 'Failed', metricResults: [{ name: 'scan' }] }))).observed).toBe(
      'shop-h2-2-pre turned lab/shop:1.8 down without a word.',
    );
  });

  test('one refusal is enough, a success is none', async () => {
    expect((await judge(end({ phase: 'Successful' }))).observed).toBe(
      'lab/shop:1.8 was not turned down: every AnalysisRun of its pods ended well (shop-h2-2-pre).',
    );
    expect((await judge(end({ phase: 'Successful' }), end({ phase: 'Error', message: 'x' }))).result).toBe('passed');
  });

  test('a run that was cut short has turned nothing down, whatever phase it ended in', async () => {
    const cutShort = (phase: string) => {
      const entry = end({ phase, message: 'Metric Terminated' });
      return { ...entry, after: { ...entry.after!, spec: { terminate: true } } };
    };
    for (const phase of ['Inconclusive', 'Successful'])
      expect((await judge(cutShort(phase))).observed).toBe(
        'lab/shop:1.8 was not turned down: shop-h2-2-pre was ended early, and had not come to a verdict.',
      );
    expect((await judge(cutShort('Inconclusive'), end({ phase: 'Failed', message: 'x' }))).result).toBe('passed');
  });

  test('a run counts whatever else runs in its pods and owns it, and nothing but a run of a Rollout does', async () => {
    const refusal = end({ phase: 'Failed', message: 'x' });
    const owned = (...owners: { kind: string; controller?: boolean }[]) => {
      const after = structuredClone(refusal.after!);
      after.metadata.ownerReferences = owners.map((owner) => ({ name: 'shop', uid: 'u', ...owner }));
      return judge({ ...refusal, after });
    };
    expect((await owned({ kind: 'Service' }, { kind: 'Rollout', controller: true })).result).toBe('passed');
    expect((await owned({ kind: 'Rollout' })).result).toBe('failed');
    expect((await owned({ kind: 'Experiment', controller: true })).result).toBe('failed');
    expect((await judge({ ...refusal, resource: 'experiments.argoproj.io' })).result).toBe('failed');
    const bare = { ...refusal.after!, metadata: { name: 'run' } };
    expect((await judge({ ...refusal, after: bare })).result).toBe('failed');
  });

  test('a run whose spec is not valid ends without a time, and has turned its release down', async () => {
    const invalid = end({ phase: 'Error', message: 'Analysis spec invalid: metrics[0]: no provider specified', completedAt: undefined });
    expect((await judge(invalid)).result).toBe('passed');
  });

  test('a run that never ended, of another release, or of another Rollout is none', async () => {
    const never = 'lab/shop:1.8 was not turned down: there was no AnalysisRun of its pods.';
    expect((await judge()).observed).toBe(never);
    const goesOn = (phase?: string) => end({ phase, completedAt: undefined });
    expect((await judge(goesOn('Pending'), goesOn('Running'))).observed).toBe(
      'lab/shop:1.8 was not turned down: shop-h2-2-pre did not come to an end, and was Running to the last.',
    );
    expect((await judge(goesOn())).observed).toContain('was without a phase to the last');
    expect((await judge(end({ phase: 'Failed', message: 'x' }, { hash: 'h1' }))).observed).toBe(never);
    expect((await judge(end({ phase: 'Failed', message: 'x' }, { owner: 'other' }))).observed).toBe(never);
  });
});
