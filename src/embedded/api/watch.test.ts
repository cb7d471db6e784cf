import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/types/meta.ts';
import { ClusterClock } from '../../system/clock.ts';
import { Store } from '../store/store.ts';
import { BUILTIN_RESOURCES } from './builtin-resources.ts';
import type { ListOptions } from './list-options.ts';
import { prepareWatch, type WatchEvent } from './watch.ts';

const definition = BUILTIN_RESOURCES.find(({ kind }) => kind === 'ConfigMap')!;
const resource = { definition, stored: definition };

function configMap(name: string, labels: Record<string, string> = {}, namespace = 'lab'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels } };
}

function setUp(): { store: Store; clock: ClusterClock; follow: (options: ListOptions, namespace?: string) => Followed } {
  const store = new Store();
  const clock = new ClusterClock(Date.UTC(2026, 0, 1));
  const follow = (options: ListOptions, namespace?: string): Followed => {
    const followed: Followed = { events: [], lines: [], ends: 0, cancel: () => undefined };
    followed.cancel = prepareWatch(
      { store, clock },
      resource,
      namespace,
      options,
    )({
      event: (event) => {
        followed.events.push(event);
        const { metadata } = event.object as KubeObject;
        followed.lines.push(`${event.type} ${metadata.name ?? ''} ${metadata.resourceVersion ?? ''}`);
      },
      end: () => (followed.ends += 1),
    });
    return followed;
  };
  return { store, clock, follow };
}

interface Followed {
  events: WatchEvent[];
  lines: string[];
  ends: number;
  cancel: () => void;
}

describe('a watch', () => {
  it.each(['', '0', undefined])('from %j tells everything that exists, then every change', (resourceVersion) => {
    const { store, follow } = setUp();
    store.put('configmaps', configMap('b'));
    store.put('configmaps', configMap('a'));
    const watch = follow(resourceVersion === undefined ? {} : { resourceVersion });
    store.remove('configmaps', store.put('configmaps', configMap('a')));
    expect(watch.lines).toEqual(['ADDED a 3', 'ADDED b 2', 'MODIFIED a 4', 'DELETED a 5']);
  });

  it('from a revision tells each later change exactly once and in order, whatever happens before and after it starts', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 }), fc.nat(20), fc.nat(20), (names, fromIndex, startIndex) => {
        const { store, follow } = setUp();
        const revisions = [store.revision];
        const expected: string[] = [];
        let watch: Followed | undefined;
        for (const [index, name] of names.entries()) {
          if (index === Math.max(startIndex, fromIndex)) watch = follow({ resourceVersion: String(revisions[fromIndex]) });
          const stored = store.put('configmaps', configMap(name));
          revisions.push(store.revision);
          if (index >= fromIndex) expected.push(`${name} ${stored.metadata.resourceVersion}`);
        }
        if (watch) expect(watch.lines.map((line) => line.replace(/^\w+ /, ''))).toEqual(expected);
      }),
    );
  });

  it('sees only its namespace and its resource', () => {
    const { store, follow } = setUp();
    const watch = follow({}, 'lab');
    store.put('configmaps', configMap('a', {}, 'other'));
    store.put('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'lab' } });
    store.put('configmaps', configMap('a'));
    expect(watch.lines).toEqual(['ADDED a 4']);
  });

  it('turns entering and leaving a selection into ADDED and DELETED', () => {
    const { store, follow } = setUp();
    const watch = follow({ labelSelector: 'a=b' });
    store.put('configmaps', configMap('x'));
    store.put('configmaps', configMap('x', { a: 'b' }));
    store.put('configmaps', configMap('x', { a: 'b', c: 'd' }));
    store.put('configmaps', configMap('x', { a: 'c' }));
    store.remove('configmaps', configMap('x', { a: 'c' }));
    expect(watch.lines).toEqual(['ADDED x 3', 'MODIFIED x 4', 'DELETED x 5']);
    expect((watch.events[2]!.object as KubeObject).metadata.labels).toEqual({ a: 'b', c: 'd' });
  });

  it('keeps to a field selector', () => {
    const { store, follow } = setUp();
    const watch = follow({ fieldSelector: 'metadata.name=x' });
    store.put('configmaps', configMap('y'));
    store.put('configmaps', configMap('x'));
    expect(watch.lines).toEqual(['ADDED x 3']);
  });

  it('from a forgotten revision gives one ERROR event and ends', () => {
    const { store, follow } = setUp();
    for (let index = 0; index < 17_000; index += 1) store.put('configmaps', configMap('a'));
    const watch = follow({ resourceVersion: '2' });
    expect(watch.events).toMatchObject([
      { type: 'ERROR', object: { code: 410, reason: 'Expired', message: `too old resource version: 2 (${store.oldestRevision})` } },
    ]);
    expect(watch.ends).toBe(1);
    store.put('configmaps', configMap('a'));
    expect(watch.events).toHaveLength(1);
  });

  it('as a watch-list marks the end of the initial events', () => {
    const { store, follow } = setUp();
    store.put('configmaps', configMap('a'));
    const watch = follow({ sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true });
    store.put('configmaps', configMap('b'));
    expect(watch.lines).toEqual(['ADDED a 2', 'BOOKMARK  2', 'ADDED b 3']);
    expect(watch.events[1]!.object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: '2', annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
    expect(follow({ sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan' }).lines).toEqual([]);
  });

  it('is told how far it has come, when it asks for that', async () => {
    const { store, clock, follow } = setUp();
    const asked = follow({ allowWatchBookmarks: true });
    const silent = follow({});
    store.put('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'lab' } });
    await clock.advance({ deadlineMs: clock.now() + 150_000 });
    expect(asked.lines).toEqual(['BOOKMARK  2', 'BOOKMARK  2']);
    expect(silent.lines).toEqual([]);
    asked.cancel();
    await clock.advance({ deadlineMs: clock.now() + 150_000 });
    expect(asked.lines).toHaveLength(2);
  });

  it('ends when its time is up, and is silent after a cancel', async () => {
    const { store, clock, follow } = setUp();
    const timed = follow({ timeoutSeconds: 5 });
    const cancelled = follow({ timeoutSeconds: 5 });
    cancelled.cancel();
    await clock.advance({ deadlineMs: clock.now() + 4_999 });
    store.put('configmaps', configMap('a'));
    expect([timed.ends, timed.lines.length]).toEqual([0, 1]);
    await clock.advance({ deadlineMs: clock.now() + 1 });
    store.put('configmaps', configMap('b'));
    expect([timed.ends, timed.lines.length]).toEqual([1, 1]);
    expect([cancelled.ends, cancelled.lines.length]).toEqual([0, 0]);
  });

  it.each<[ListOptions, number, string]>([
    [{ resourceVersion: 'x' }, 500, 'resourceVersion: Invalid value: "x"'],
    [{ sendInitialEvents: true }, 422, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
    [
      { resourceVersionMatch: 'Exact', resourceVersion: '1' },
      422,
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
    [{ continue: 'x' }, 422, 'resourceVersionMatch is forbidden when continue is provided'],
    [{ labelSelector: '=' }, 400, "found '='"],
    [{ fieldSelector: 'data.x=y' }, 400, '"data.x" is not a known field selector'],
    [
      { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', resourceVersion: '999' },
      504,
      'Too large resource version: 999, current: 1',
    ],
  ])('refuses %j', (options, code, message) => {
    const { follow } = setUp();
    expect(() => follow(options)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error);
  });
});
