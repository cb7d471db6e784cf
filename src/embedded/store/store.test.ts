import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/types/meta.ts';
import { openLmdbLog } from './lmdb-log.ts';
import type { StoreLog } from './store-log.ts';
import { Store, type StoreEvent } from './store.ts';

function configMap(name: string, value: string, namespace = 'lab'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { value } };
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'store-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function openLog(folder: string): Promise<Awaited<ReturnType<typeof openLmdbLog>>> {
  const opened = await openLmdbLog(folder);
  let isOpen = true;
  const close = opened.log.close.bind(opened.log);
  opened.log.close = async () => {
    if (isOpen) await close();
    isOpen = false;
  };
  closers.push(() => opened.log.close());
  return opened;
}

const KINDS: [string, () => Promise<StoreLog | undefined>][] = [
  ['without a log', () => Promise.resolve(undefined)],
  ['with an lmdb log', async () => (await openLog(await temporaryFolder())).log],
];

describe.each(KINDS)('a store %s', (_, makeLog) => {
  it('gives every write the next revision as resourceVersion', async () => {
    const store = new Store(undefined, await makeLog());
    const first = store.put('configmaps', configMap('a', '1'));
    const second = store.put('configmaps', configMap('a', '2'));
    expect([first.metadata.resourceVersion, second.metadata.resourceVersion]).toEqual(['2', '3']);
    expect(store.get('configmaps', 'lab', 'a')).toBe(second);
    const last = store.remove('configmaps', second);
    expect(last.metadata.resourceVersion).toBe('4');
    expect(store.get('configmaps', 'lab', 'a')).toBeUndefined();
    expect(() => store.remove('configmaps', second)).toThrow('not in the store');
    await store.durable(store.revision);
  });

  it('freezes what it stores and leaves the caller its own object', async () => {
    const store = new Store(undefined, await makeLog());
    const mine = configMap('a', '1');
    const stored = store.put('configmaps', mine);
    expect(mine.metadata.resourceVersion).toBeUndefined();
    expect(() => Object.assign(stored.metadata, { name: 'b' })).toThrow(TypeError);
  });

  it('tells listeners of every write in order, and refuses to be written by them', async () => {
    const store = new Store(undefined, await makeLog());
    const events: string[] = [];
    const cancel = store.subscribe(({ type, revision }) => events.push(`${type} ${revision}`));
    const object = store.put('configmaps', configMap('a', '1'));
    store.put('configmaps', configMap('a', '2'));
    store.remove('configmaps', object);
    cancel();
    store.put('configmaps', configMap('a', '3'));
    expect(events).toEqual(['ADDED 2', 'MODIFIED 3', 'DELETED 4']);
    store.subscribe(() => void store.put('configmaps', configMap('b', '1')));
    expect(() => store.put('configmaps', configMap('a', '4'))).toThrow('may not write');
  });

  it('lists by namespace and name, without mixing up namespaces that share a prefix', async () => {
    const store = new Store(undefined, await makeLog());
    for (const [namespace, name] of [
      ['lab-2', 'x'],
      ['lab', 'b'],
      ['lab', 'a'],
      ['la', 'z'],
    ] as const) {
      store.put('configmaps', configMap(name, '1', namespace));
    }
    const names = (namespace?: string): string[] => store.list('configmaps', namespace).map(({ metadata }) => metadata.name);
    expect(names()).toEqual(['z', 'x', 'a', 'b']);
    expect(names('lab')).toEqual(['a', 'b']);
    expect(names('none')).toEqual([]);
    expect(store.list('secrets')).toEqual([]);
  });

  it('forgets old history and says so', async () => {
    const store = new Store(undefined, await makeLog());
    for (let index = 0; index < 20_000; index += 1) store.put('configmaps', configMap('a', String(index)));
    expect(store.since(2)).toBeUndefined();
    expect(store.listAt(2, 'configmaps')).toBeUndefined();
    const oldest = store.oldestRevision;
    expect(store.since(oldest)!.map(({ revision }) => revision)[0]).toBe(oldest + 1);
    expect(store.since(oldest)!).toHaveLength(store.revision - oldest);
    expect(store.since(store.revision)).toEqual([]);
  });

  it('replays any history: since() from every revision leads to the present, and listAt() to every past', async () => {
    const log = await makeLog();
    const command = fc.record({ name: fc.constantFrom('a', 'b', 'c'), namespace: fc.constantFrom('n', 'n2'), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const store = new Store(undefined, log);
        const past = new Map<number, KubeObject[]>([[store.revision, []]]);
        for (const [index, { name, namespace, remove }] of commands.entries()) {
          const existing = store.get('configmaps', namespace, name);
          if (!remove) store.put('configmaps', configMap(name, String(index), namespace));
          else if (existing) store.remove('configmaps', existing);
          past.set(store.revision, store.list('configmaps'));
        }
        for (const [revision, objects] of past) {
          expect(store.listAt(revision, 'configmaps')).toEqual(objects);
          expect(replay(objects, store.since(revision)!)).toEqual(store.list('configmaps'));
        }
      }),
      { numRuns: 60 },
    );
  });
});

function replay(start: KubeObject[], events: StoreEvent[]): KubeObject[] {
  const objects = new Map(start.map((object) => [`${object.metadata.namespace}/${object.metadata.name}`, object]));
  for (const { type, object } of events) {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    if (type === 'DELETED') objects.delete(key);
    else objects.set(key, object);
  }
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

describe('a log', () => {
  it('starts empty, and gives back what was written when it is opened again', async () => {
    const folder = await temporaryFolder();
    const first = await openLog(folder);
    expect(first.snapshot).toBeUndefined();
    const store = new Store(undefined, first.log);
    store.put('configmaps', configMap('a', '1'));
    store.put('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, absent: undefined });
    store.remove('configmaps', store.put('configmaps', configMap('gone', '1')));
    await store.durable(store.revision);
    await first.log.close();

    const second = await openLog(folder);
    const again = new Store(second.snapshot, second.log);
    expect(again.list('configmaps')).toEqual(store.list('configmaps'));
    expect(again.list('nodes')).toEqual(store.list('nodes'));
    expect(again.resources().sort()).toEqual(['configmaps', 'nodes']);
    expect(() => Object.assign(again.list('nodes')[0]!, { kind: 'x' })).toThrow(TypeError);
  });

  it('never gives out a revision twice, and has no history from before', async () => {
    const folder = await temporaryFolder();
    const first = await openLog(folder);
    const store = new Store(undefined, first.log);
    store.put('configmaps', configMap('a', '1'));
    await store.durable(store.revision);
    await first.log.close();
    const second = await openLog(folder);
    const again = new Store(second.snapshot, second.log);
    expect(again.revision).toBeGreaterThan(store.revision);
    expect(again.since(store.revision)).toBeUndefined();
    await again.durable(again.revision);
  });

  it('is durable once for all that was written before, however it is asked', async () => {
    const { log } = await openLog(await temporaryFolder());
    const store = new Store(undefined, log);
    const revisions: number[] = [];
    for (let index = 0; index < 500; index += 1) {
      store.put('configmaps', configMap(`a${index % 7}`, String(index)));
      revisions.push(store.revision);
    }
    await Promise.all(revisions.map((revision) => store.durable(revision)));
    await store.durable(1);
  });

  it('replaces everything in one step and goes on from there', async () => {
    const folder = await temporaryFolder();
    const first = await openLog(folder);
    const old = new Store(undefined, first.log);
    old.put('configmaps', configMap('old', '1'));
    const planted = new Store();
    planted.put('configmaps', configMap('new', '1'));
    await first.log.replace(planted.snapshot(), []);
    const next = new Store(planted.snapshot(), first.log);
    next.put('configmaps', configMap('newer', '1'));
    await next.durable(next.revision);
    await first.log.close();
    const second = await openLog(folder);
    expect(new Store(second.snapshot).list('configmaps').map(({ metadata }) => metadata.name)).toEqual(['new', 'newer']);
  });

  it('tells whoever waits when the machine refuses a write, and keeps it for the next try', async () => {
    const { log } = await openLog(await temporaryFolder());
    const store = new Store(undefined, log);
    const unwritable = { ...configMap('a', '1'), toJSON: () => { throw new Error('disk full'); } }; // prettier-ignore
    store.put('configmaps', unwritable);
    await expect(store.durable(store.revision)).rejects.toThrow('the write could not be stored: disk full');
    store.put('configmaps', configMap('a', '2'));
    await store.durable(store.revision);
  });
});
