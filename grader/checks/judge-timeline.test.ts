import { describe, expect, test } from 'vitest';
import type { EventPattern, TimelineExpectation } from '../check-spec.ts';
import type { ClusterObject, JournalEntry, JournalGap } from '../ports.ts';
import { fakeReader, journalOf, object, replicaSet, write } from '../testing/fake-cluster.ts';
import { judgeTimeline } from './judge-timeline.ts';

const reader = fakeReader({ 'replicasets.apps': [replicaSet('h1', 'lab/shop:1.1', -1000), replicaSet('h3', 'lab/shop:1.3', 5000)] });

function judge(
  events: Record<string, Omit<EventPattern, 'says'>>,
  expectations: TimelineExpectation[],
  entries: JournalEntry[],
  gaps: JournalGap[] = [],
) {
  const told = Object.fromEntries(Object.entries(events).map(([name, pattern]) => [name, { says: `event ${name}`, ...pattern }]));
  return judgeTimeline({ events: told, expect: expectations }, reader, journalOf(entries, { gaps }));
}

function service(hash?: string): ClusterObject {
  return object('Service', 'shop-active', { spec: { selector: { app: 'shop', ...(hash && { 'rollouts-pod-template-hash': hash }) } } });
}

function switchTo(atMs: number, from: string | undefined, to: string | undefined, program = 'rollouts-controller'): JournalEntry {
  return write(atMs, 'services', 'shop-active', { before: service(from), after: service(to), program });
}

const toAny = { switch: { service: 'shop-active', namespace: 'lab' } };

describe('events', () => {
  test('a switch is a change of the selected pod template hash', async () => {
    expect((await judge({ e: toAny }, [{ happens: 'e' }], [switchTo(1, 'h2', 'h1')])).result).toBe('passed');
    expect((await judge({ e: toAny }, [{ happens: 'e' }], [switchTo(1, 'h1', 'h1')])).result).toBe('failed');
    expect((await judge({ e: toAny }, [{ happens: 'e' }], [switchTo(1, 'h1', undefined)])).result).toBe('failed');
    const other = { ...switchTo(1, 'h2', 'h1'), name: 'shop-preview' };
    expect((await judge({ e: toAny }, [{ happens: 'e' }], [other])).result).toBe('failed');
    const elsewhere = { ...switchTo(1, 'h2', 'h1'), namespace: 'other' };
    expect((await judge({ e: toAny }, [{ happens: 'e' }], [elsewhere])).result).toBe('failed');
  });

  test('a switch can ask for the image and for a revision that was there before', async () => {
    const wanted = (extra: object) => ({ e: { switch: { ...toAny.switch, ...extra } } });
    const back = [switchTo(6000, 'h2', 'h1')];
    const forward = [switchTo(6000, 'h2', 'h3')];
    expect((await judge(wanted({ toImage: ['lab/shop:1.1'] }), [{ happens: 'e' }], back)).result).toBe('passed');
    expect((await judge(wanted({ toImage: ['lab/shop:1.1'] }), [{ happens: 'e' }], forward)).result).toBe('failed');
    expect((await judge(wanted({ toEarlierRevision: true }), [{ happens: 'e' }], back)).result).toBe('passed');
    expect((await judge(wanted({ toEarlierRevision: true }), [{ happens: 'e' }], forward)).result).toBe('failed');
    expect((await judge(wanted({ toEarlierRevision: false }), [{ happens: 'e' }], forward)).result).toBe('passed');
    expect((await judge(wanted({ toEarlierRevision: false }), [{ happens: 'e' }], [switchTo(1, 'h2', 'unknown')])).result).toBe('passed');
  });

  test('ReplicaSets that are gone are known from the journal', async () => {
    const gone = write(500, 'replicasets.apps', 'shop-h9', { verb: 'delete', before: replicaSet('h9', 'lab/shop:0.9', -5000) });
    const wanted = { e: { switch: { ...toAny.switch, toImage: ['lab/shop:0.9'], toEarlierRevision: true } } };
    expect((await judge(wanted, [{ happens: 'e' }], [switchTo(1, 'h2', 'h9'), gone])).result).toBe('passed');
  });

  test('a ReplicaSet that was deleted and made again, even within the second, is not the one that was there', async () => {
    const uid = (uid: string, set: ClusterObject): ClusterObject => ({ ...set, metadata: { ...set.metadata, uid } });
    const old = uid('old', replicaSet('h9', 'lab/shop:0.9', -1000));
    const anew = uid('new', replicaSet('h9', 'lab/shop:0.9', -1));
    const remade = [
      write(100, 'replicasets.apps', 'shop-h9', { verb: 'delete', before: old }),
      write(102, 'replicasets.apps', 'shop-h9', { verb: 'create', after: anew }),
      write(200, 'replicasets.apps', 'shop-h9', { before: anew, after: anew }),
    ];
    const wanted = { e: { switch: { ...toAny.switch, toEarlierRevision: true } } };
    const switchAt = (atMs: number) => [...remade, switchTo(atMs, 'h2', 'h9')].sort((a, b) => a.atMs - b.atMs);
    expect((await judge(wanted, [{ happens: 'e' }], switchAt(300))).result).toBe('failed');
    expect((await judge(wanted, [{ happens: 'e' }], switchAt(50))).result).toBe('passed');
  });

  test('by names programs, with ! those that must not have done it', async () => {
    const by = (...names: string[]) => ({ e: { ...toAny, by: names } });
    const byHand = [switchTo(1, 'h2', 'h1', 'kubectl-patch')];
    expect((await judge(by('rollouts-controller'), [{ happens: 'e' }], byHand)).result).toBe('failed');
    expect((await judge(by('kubectl-patch'), [{ happens: 'e' }], byHand)).result).toBe('passed');
    expect((await judge(by('!rollouts-controller'), [{ happens: 'e' }], byHand)).result).toBe('passed');
    expect((await judge(by('!kubectl-patch'), [{ happens: 'e' }], byHand)).result).toBe('failed');
    expect((await judge(by('kubectl-patch', '!kubectl-patch'), [{ happens: 'e' }], byHand)).result).toBe('failed');
  });

  describe('a Service without endpoints', () => {
    const slice = (ready: (boolean | undefined)[]) =>
      object(
        'EndpointSlice',
        'shop-active-1',
        { endpoints: ready.map((isReady) => ({ addresses: ['10.0.0.1'], conditions: isReady === undefined ? {} : { ready: isReady } })) },
        { labels: { 'kubernetes.io/service-name': 'shop-active' } },
      );
    const change = (atMs: number, before: ClusterObject | undefined, after: ClusterObject | undefined, name = 'shop-active-1') =>
      write(atMs, 'endpointslices.discovery.k8s.io', name, { ...(before && { before }), ...(after && { after }) });
    const gap = { e: { noEndpoints: { service: 'shop-active', namespace: 'lab' } } };
    const never = (entries: JournalEntry[]) => judge(gap, [{ never: 'e' }], entries);

    test('counts only the way down to zero', async () => {
      expect((await never([change(1, slice([true]), slice([false]))])).result).toBe('failed');
      expect((await never([change(1, slice([true]), slice([]))])).result).toBe('failed');
      expect((await never([change(1, slice([true]), undefined)])).result).toBe('failed');
      expect((await never([change(1, slice([true, true]), slice([true, false]))])).result).toBe('passed');
      expect((await never([change(1, slice([false]), slice([true]))])).result).toBe('passed');
      expect((await never([change(1, undefined, slice([]))])).result).toBe('passed');
      expect((await never([change(1, slice([undefined]), slice([]))])).result).toBe('failed');
    });

    test('adds up the slices of the Service', async () => {
      const second = change(1, undefined, slice([true]), 'shop-active-2');
      expect((await never([change(0, undefined, slice([true])), second, change(2, slice([true]), undefined)])).result).toBe('passed');
      expect((await never([second, change(2, slice([true]), undefined, 'shop-active-2')])).result).toBe('failed');
    });

    test('leaves other Services alone', async () => {
      const other = object('EndpointSlice', 'x', { endpoints: [{}] }, { labels: { 'kubernetes.io/service-name': 'shop-preview' } });
      expect((await never([change(1, other, undefined)])).result).toBe('passed');
    });
  });

  test('a change is seen however far behind it is in a large field', async () => {
    const spec = (image: string) => ({ spec: { notes: 'x'.repeat(500), image } });
    const entry = (after: string) =>
      write(1, 'rollouts.argoproj.io', 'shop', {
        before: object('Rollout', 'shop', spec('a')),
        after: object('Rollout', 'shop', spec(after)),
      });
    const wanted = { e: { says: 'it changed', write: { resource: 'rollouts.argoproj.io', changes: ['spec'] } } };
    expect((await judge(wanted, [{ happens: 'e' }], [entry('b')])).result).toBe('passed');
    expect((await judge(wanted, [{ happens: 'e' }], [entry('a')])).result).toBe('failed');
  });

  test('a write can be narrowed down to verbs and changed fields', async () => {
    const entry = write(1, 'rollouts.argoproj.io', 'shop', {
      before: object('Rollout', 'shop', { spec: { paused: false, replicas: 2 } }),
      after: object('Rollout', 'shop', { spec: { paused: true, replicas: 2 } }),
    });
    const wanted = (extra: object) => ({ e: { write: { resource: 'rollouts.argoproj.io', ...extra } } });
    const happens = async (extra: object) => (await judge(wanted(extra), [{ happens: 'e' }], [entry])).result;
    expect(await happens({})).toBe('passed');
    expect(await happens({ namespace: 'lab', name: 'shop', verbs: ['patch'], changes: ['spec.paused'] })).toBe('passed');
    expect(await happens({ changes: ['spec.replicas'] })).toBe('failed');
    expect(await happens({ verbs: ['update'] })).toBe('failed');
    expect(await happens({ namespace: 'other' })).toBe('failed');
    expect(await happens({ name: 'cart' })).toBe('failed');
    const verdict = await judge(wanted({ changes: ['spec.paused'] }), [{ never: 'e' }], [entry]);
    expect(verdict.evidence).toEqual([
      {
        kind: 'write',
        at: '1970-01-01T00:00:00.001Z',
        object: 'rollouts.argoproj.io lab/shop',
        text: 'spec.paused became true, written by kubectl (kubernetes-admin)',
      },
    ]);
  });

  test('a phase is entered, not stayed in', async () => {
    const phase = (before: string, after: string) =>
      write(1, 'rollouts.argoproj.io', 'shop', {
        before: object('Rollout', 'shop', { status: { phase: before } }),
        after: object('Rollout', 'shop', { status: { phase: after, message: 'm' } }),
      });
    const wanted = { e: { phase: { rollout: 'shop', namespace: 'lab', is: ['Degraded', 'Paused'] } } };
    expect((await judge(wanted, [{ happens: 'e' }], [phase('Progressing', 'Paused')])).result).toBe('passed');
    expect((await judge(wanted, [{ happens: 'e' }], [phase('Paused', 'Paused')])).result).toBe('failed');
    expect((await judge(wanted, [{ happens: 'e' }], [phase('Paused', 'Healthy')])).result).toBe('failed');
  });

  test('an analysis ends for its Rollout', async () => {
    const owner = (kind: string, name: string, controller = true) => ({ ownerReferences: [{ kind, name, uid: 'u', controller }] });
    const run = (metadata: object, phase = 'Failed', before = 'Running') =>
      write(1, 'analysisruns.argoproj.io', 'shop-1-pre', {
        before: object('AnalysisRun', 'shop-1-pre', { status: { phase: before } }, metadata),
        after: object('AnalysisRun', 'shop-1-pre', { status: { phase } }, metadata),
      });
    const ended = async (entry: JournalEntry) =>
      (await judge({ e: { analysis: { rollout: 'shop', namespace: 'lab', ended: ['Failed'] } } }, [{ happens: 'e' }], [entry])).result;
    expect(await ended(run(owner('Rollout', 'shop')))).toBe('passed');
    expect(await ended(run(owner('Rollout', 'cart')))).toBe('failed');
    expect(await ended(run(owner('Experiment', 'shop')))).toBe('failed');
    expect(await ended(run(owner('Rollout', 'shop', false)))).toBe('failed');
    expect(await ended(run(owner('Rollout', 'shop'), 'Successful'))).toBe('failed');
    expect(await ended(run(owner('Rollout', 'shop'), 'Failed', 'Failed'))).toBe('failed');
  });

  test('an analysis that was cut short or measured nothing is no success', async () => {
    const metadata = { ownerReferences: [{ kind: 'Rollout', name: 'shop', uid: 'u', controller: true }] };
    const judged = (run: Record<string, unknown>) =>
      judge(
        { e: { analysis: { rollout: 'shop', namespace: 'lab', ended: ['Successful'] } } },
        [{ happens: 'e' }],
        [write(1, 'analysisruns.argoproj.io', 'shop-1-pre', { after: object('AnalysisRun', 'shop-1-pre', run, metadata) })],
      );
    const status = { phase: 'Successful', metricResults: [{ name: 'security-scan', successful: 1 }] };
    expect((await judged({ status })).result).toBe('passed');
    expect((await judged({ spec: { terminate: true }, status })).result).toBe('failed');
    const empty = await judged({ status: { phase: 'Successful' } });
    expect(empty.result).toBe('failed');
    expect(empty.observed).toContain('ended Successful, cut short or without a measurement that counts');
    expect((await judged({ status: { phase: 'Running' } })).observed).not.toContain('ended');
  });
});

describe('expectations', () => {
  const events = {
    first: { write: { resource: 'configmaps' } },
    second: { write: { resource: 'secrets' } },
  };
  const first = (atMs: number) => write(atMs, 'configmaps', 'a', {});
  const second = (atMs: number) => write(atMs, 'secrets', 'b', {});

  test('before looks at the first of each, and both have to happen', async () => {
    const before: TimelineExpectation[] = [{ before: ['first', 'second'] }];
    expect((await judge(events, before, [first(1), second(2)])).result).toBe('passed');
    expect((await judge(events, before, [second(1), first(2)])).observed).toBe(
      'The order was the other way round: first event second, then event first.',
    );
    expect((await judge(events, before, [first(1)])).observed).toBe('Not seen since the lab began: event second.');
    expect((await judge(events, before, [])).result).toBe('failed');
  });

  test('within measures to the next occurrence', async () => {
    const within: TimelineExpectation[] = [{ within: { from: 'first', to: 'second', time: '30s' } }];
    expect((await judge(events, within, [first(0), second(30_000)])).observed).toBe('From event first to event second it took 30 s.');
    expect((await judge(events, within, [first(0), second(30_000)])).result).toBe('passed');
    expect((await judge(events, within, [first(0), second(30_001)])).result).toBe('failed');
    expect((await judge(events, within, [second(0), first(1), second(2)])).result).toBe('passed');
    expect((await judge(events, within, [second(0), first(1)])).observed).toBe('After event first, this did not follow: event second.');
    expect((await judge(events, within, [second(0)])).observed).toBe('Not seen since the lab began: event first.');
  });

  test('never shows who did it, at most five times', async () => {
    const verdict = await judge(
      events,
      [{ never: 'first' }],
      Array.from({ length: 9 }, (_, index) => first(2000 + index)),
    );
    expect(verdict.observed).toBe('It happened that event first: 9 times, first 2 s after the lab began, by kubectl.');
    expect(verdict.evidence).toHaveLength(5);
    expect((await judge(events, [{ never: 'first' }], [first(90_000)])).observed).toBe(
      'It happened that event first: once 90 s after the lab began, by kubectl.',
    );
    expect((await judge(events, [{ never: 'first' }], [second(1)])).result).toBe('passed');
  });

  test('what did not happen is told with what did, the last two of it', async () => {
    const back = { e: { switch: { ...toAny.switch, toImage: ['lab/shop:1.1'] }, by: ['rollouts-controller'] } };
    const seen = await judge(
      back,
      [{ happens: 'e' }],
      [switchTo(1, 'h1', 'h2'), switchTo(2, 'h2', 'h3'), switchTo(3, 'h3', 'h1', 'kubectl')],
    );
    expect(seen).toMatchObject({
      result: 'failed',
      observed:
        'Not seen since the lab began: event e. What was seen: services lab/shop-active selects h3 (lab/shop:1.3) instead of h2 (rollouts-controller); services lab/shop-active selects h1 (lab/shop:1.1) instead of h3 (kubectl).',
    });
    const phase = write(1, 'rollouts.argoproj.io', 'shop', {
      after: object('Rollout', 'shop', { status: { phase: 'Paused', message: 'm' } }),
    });
    const healthy = { e: { phase: { rollout: 'shop', namespace: 'lab', is: ['Healthy'] } } };
    expect((await judge(healthy, [{ happens: 'e' }], [phase])).observed).toContain(
      'seen: rollouts.argoproj.io lab/shop became Paused: m (kubectl).',
    );
    const metadata = { ownerReferences: [{ kind: 'Rollout', name: 'shop', uid: 'u', controller: true }] };
    const run = write(1, 'analysisruns.argoproj.io', 'run', {
      after: object('AnalysisRun', 'run', { status: { phase: 'Error' } }, metadata),
    });
    const failed = { e: { analysis: { rollout: 'shop', namespace: 'lab', ended: ['Failed'] } } };
    expect((await judge(failed, [{ happens: 'e' }], [run])).observed).toContain(
      'seen: analysisruns.argoproj.io lab/run ended Error (kubectl).',
    );
  });

  test('all expectations count, and only those that failed are told', async () => {
    const verdict = await judge(events, [{ happens: 'first' }, { happens: 'second' }], [first(1)]);
    expect(verdict).toMatchObject({ result: 'failed', observed: 'Not seen since the lab began: event second.' });
  });

  test('an undefined event is a mistake of the scenario, not of the learner', async () => {
    await expect(judge(events, [{ happens: 'third' }], [])).rejects.toThrow('an event "third" that it does not define');
    await expect(judge(events, [{}], [])).rejects.toThrow('an expectation without content');
  });
});

describe('a journal with gaps', () => {
  const gaps = [{ fromMs: 0, toMs: 10, reason: 'log rotated' }];
  const events = { e: { write: { resource: 'configmaps' } } };

  test('cannot prove that something never happened, or did not happen', async () => {
    expect((await judge(events, [{ never: 'e' }], [], gaps)).observed).toBe(
      'This could not be judged: the journal has gaps: from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:00.010Z (log rotated).',
    );
    expect((await judge(events, [{ happens: 'e' }], [], gaps)).result).toBe('error');
  });

  test('still proves what it has', async () => {
    expect((await judge(events, [{ happens: 'e' }], [write(20, 'configmaps', 'a', {})], gaps)).result).toBe('passed');
    expect((await judge(events, [{ never: 'e' }], [write(20, 'configmaps', 'a', {})], gaps)).result).toBe('failed');
  });
});
