import { describe, expect, test } from 'vitest';
import type { Event } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { ClusterClock } from '../../system/clock.ts';
import { controlPlane } from '../api/caller.ts';
import { ClusterCore } from '../cluster-core.ts';
import { EventRecorder } from './event-recorder.ts';

const START_MS = Date.parse('2026-03-01T10:00:00Z');

function setUp() {
  const clock = new ClusterClock(START_MS);
  const core = new ClusterCore({ clock });
  const api = core.clientFor(controlPlane('system:kube-controller-manager', 'kube-controller-manager'));
  api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } });
  const pod = api.create<KubeObject>('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'lab' } });
  const recorder = new EventRecorder({ api, clock, source: { component: 'kubelet', host: 'node-1' } });
  const events = () => api.list<Event>('events', { namespace: 'lab' });
  const wait = (ms: number) => clock.advance({ deadlineMs: clock.now() + ms });
  return { clock, core, api, pod, recorder, events, wait };
}

describe('EventRecorder', () => {
  test('writes who, what, when and about which version of the object', () => {
    const { pod, recorder, events } = setUp();
    recorder.record(pod, 'Normal', 'Started', 'Started container web', { fieldPath: 'spec.containers{web}' });
    const [event] = events();
    expect(event).toMatchObject({
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace: 'lab',
        name: 'web',
        uid: pod.metadata.uid,
        resourceVersion: pod.metadata.resourceVersion,
        fieldPath: 'spec.containers{web}',
      },
      type: 'Normal',
      reason: 'Started',
      message: 'Started container web',
      count: 1,
      firstTimestamp: '2026-03-01T10:00:00Z',
      lastTimestamp: '2026-03-01T10:00:00Z',
      eventTime: null,
      source: { component: 'kubelet', host: 'node-1' },
      reportingComponent: 'kubelet',
      reportingInstance: 'node-1',
    });
    expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  });

  test('counts an identical event up by a patch, and keeps its first time', async () => {
    const { core, pod, recorder, events, wait } = setUp();
    recorder.record(pod, 'Warning', 'BackOff', 'Back-off restarting');
    await wait(30_000);
    recorder.record(pod, 'Warning', 'BackOff', 'Back-off restarting');
    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({ count: 2, firstTimestamp: '2026-03-01T10:00:00Z', lastTimestamp: '2026-03-01T10:00:30Z' });
    expect(core.journal.entries().at(-1)).toMatchObject({ verb: 'patch', objectRef: { resource: 'events' } });
  });

  test('tells events apart by type, reason, message, field path and object', () => {
    const { api, pod, recorder, events } = setUp();
    const other = api.create<KubeObject>('pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'lab' } });
    recorder.record(pod, 'Normal', 'A', 'm');
    recorder.record(pod, 'Warning', 'A', 'm');
    recorder.record(pod, 'Normal', 'B', 'm');
    recorder.record(pod, 'Normal', 'A', 'n');
    recorder.record(pod, 'Normal', 'A', 'm', { fieldPath: 'spec.containers{web}' });
    recorder.record(other, 'Normal', 'A', 'm');
    expect(events().map((event) => event.count)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('writes a counted event anew when it was deleted meanwhile', () => {
    const { api, pod, recorder, events } = setUp();
    recorder.record(pod, 'Normal', 'A', 'm');
    api.delete('events', 'lab', events()[0]!.metadata.name);
    recorder.record(pod, 'Normal', 'A', 'm');
    expect(events()).toMatchObject([{ count: 2, message: 'm' }]);
  });

  test('combines events that differ only in their message from the tenth on', () => {
    const { pod, recorder, events } = setUp();
    for (let index = 1; index <= 12; index += 1) recorder.record(pod, 'Normal', 'Pulled', `message ${index}`);
    const messages = events().map((event) => ({ message: event.message, count: event.count }));
    expect(messages).toHaveLength(10);
    expect(messages).toContainEqual({ message: '(combined from similar events): message 12', count: 3 });
  });

  test('forgets similar events after ten quiet minutes', async () => {
    const { pod, recorder, events, wait } = setUp();
    for (let index = 1; index <= 9; index += 1) recorder.record(pod, 'Normal', 'Pulled', `message ${index}`);
    await wait(600_001);
    recorder.record(pod, 'Normal', 'Pulled', 'message 10');
    expect(events().filter((event) => event.message?.startsWith('(combined'))).toEqual([]);
  });

  test('lets a burst of 25 through for one object and then one every five minutes', async () => {
    const { pod, recorder, events, wait } = setUp();
    for (let index = 0; index < 40; index += 1) recorder.record(pod, 'Warning', 'BackOff', 'again');
    expect(events()[0]?.count).toBe(25);
    await wait(300_000);
    recorder.record(pod, 'Warning', 'BackOff', 'again');
    recorder.record(pod, 'Warning', 'BackOff', 'again');
    expect(events()[0]?.count).toBe(41);
    recorder.record(pod, 'Normal', 'Other', 'types have budgets of their own');
    expect(events()).toHaveLength(2);
  });

  test('gives two components that report in the same millisecond names of their own', () => {
    const { api, clock, pod, recorder, events } = setUp();
    const scheduler = new EventRecorder({ api, clock, source: { component: 'default-scheduler' } });
    recorder.record(pod, 'Normal', 'A', 'from the kubelet');
    scheduler.record(pod, 'Normal', 'A', 'from the scheduler');
    expect(
      events()
        .map((event) => event.source?.component)
        .sort(),
    ).toEqual(['default-scheduler', 'kubelet']);
  });

  test('drops an event that the server refuses', () => {
    const { api, recorder, pod } = setUp();
    const orphan: KubeObject = { ...pod, metadata: { ...pod.metadata, namespace: 'gone' } };
    expect(() => recorder.record(orphan, 'Normal', 'A', 'm')).not.toThrow();
    expect(api.list('events')).toEqual([]);
  });

  test('reports about cluster-wide objects in the default namespace', () => {
    const { api, recorder } = setUp();
    api.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
    const node = api.create<KubeObject>('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
    recorder.record(node, 'Normal', 'NodeReady', 'Node node-1 status is now: NodeReady');
    expect(api.list<Event>('events', { namespace: 'default' })[0]?.involvedObject.namespace).toBeUndefined();
  });
});
