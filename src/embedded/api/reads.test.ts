import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/types/meta.ts';
import { Store } from '../store/store.ts';
import { BUILTIN_RESOURCES } from './builtin-resources.ts';
import { Reads, type ListPage } from './reads.ts';

const definition = BUILTIN_RESOURCES.find(({ kind }) => kind === 'ConfigMap')!;
const resource = { definition, stored: definition };

function configMap(name: string, namespace = 'lab'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels: { name } } };
}

function setUp(...names: string[]): { store: Store; reads: Reads } {
  const store = new Store();
  for (const name of names) store.put('configmaps', configMap(name));
  return { store, reads: new Reads(store) };
}

const namesOf = (page: ListPage): string[] => page.objects.map(({ metadata }) => metadata.name);

describe('a list', () => {
  it('in pages shows one moment, whatever happens meanwhile', () => {
    const { store, reads } = setUp('a', 'b', 'c', 'd', 'e');
    const first = reads.list(resource, 'lab', { limit: 2 });
    store.remove('configmaps', configMap('c'));
    store.put('configmaps', configMap('bb'));
    store.put('configmaps', configMap('a', 'other'));
    const second = reads.list(resource, 'lab', { limit: 2, continue: first.continue! });
    const third = reads.list(resource, 'lab', { limit: 2, continue: second.continue! });
    expect([first, second, third].map(namesOf)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect([first.remainingItemCount, second.remainingItemCount, third.remainingItemCount]).toEqual([3, 1, undefined]);
    expect(new Set([first.revision, second.revision, third.revision]).size).toBe(1);
    expect(third.continue).toBeUndefined();
  });

  it('that went stale can be finished with the token in the error, as things are now', () => {
    const { store, reads } = setUp('a', 'b', 'c');
    const first = reads.list(resource, 'lab', { limit: 1 });
    store.remove('configmaps', configMap('b'));
    for (let index = 0; index < 17_000; index += 1) store.put('configmaps', configMap('d'));
    let failure: { status?: { metadata: { continue?: string } } } = {};
    try {
      reads.list(resource, 'lab', { limit: 1, continue: first.continue! });
    } catch (error) {
      failure = error as typeof failure;
    }
    expect(failure).toMatchObject({ code: 410, reason: 'Expired' });
    const rest = reads.list(resource, 'lab', { limit: 1, continue: failure.status!.metadata.continue! });
    expect(namesOf(rest)).toEqual(['c']);
    expect(namesOf(reads.list(resource, 'lab', { continue: rest.continue! }))).toEqual(['d']);
  });

  it('counts what remains only without selectors', () => {
    const { reads } = setUp('a', 'b', 'c');
    const page = reads.list(resource, 'lab', { limit: 1, labelSelector: 'name!=a' });
    expect([namesOf(page), page.remainingItemCount]).toEqual([['b'], undefined]);
    const next = reads.list(resource, 'lab', { limit: 1, labelSelector: 'name!=a', continue: page.continue! });
    expect([namesOf(next), next.continue]).toEqual([['c'], undefined]);
  });

  it('at an exact revision shows the past; otherwise the newest state will do', () => {
    const { store, reads } = setUp('a');
    const past = store.revision;
    store.put('configmaps', configMap('b'));
    const list = (options: object): string[] => namesOf(reads.list(resource, undefined, { resourceVersion: String(past), ...options }));
    expect(list({ resourceVersionMatch: 'Exact' })).toEqual(['a']);
    expect(list({ resourceVersionMatch: 'NotOlderThan' })).toEqual(['a', 'b']);
    expect(list({})).toEqual(['a', 'b']);
    expect(list({ limit: 5 })).toEqual(['a']);
    expect(list({ resourceVersion: '0', limit: 1 })).toEqual(['a', 'b']);
  });

  it.each<[object, number, string]>([
    [
      { resourceVersion: 'x' },
      400,
      'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ],
    [{ resourceVersion: '99' }, 504, 'Timeout: Too large resource version: 99, current: 2'],
    [{ resourceVersion: '0', resourceVersionMatch: 'Exact' }, 422, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
    [{ resourceVersionMatch: 'Exact' }, 422, 'resourceVersionMatch is forbidden unless resourceVersion is provided'],
    [{ sendInitialEvents: true }, 422, 'sendInitialEvents is forbidden for list'],
    [{ continue: 'abc' }, 400, 'invalid continue token: continue key is not valid: invalid character'],
    [{ continue: '!!' }, 400, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 0'],
    [{ continue: 'bnVsbA' }, 400, 'invalid continue token: continue key is not valid: server does not recognize this encoded version'],
  ])('refuses %j', (options, code, message) => {
    const { reads } = setUp('a');
    expect(() => reads.list(resource, 'lab', options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });
});

describe('a get', () => {
  it('finds the object, or says what is not there', () => {
    const { reads } = setUp('a');
    expect(reads.get(resource, 'lab', 'a').metadata.name).toBe('a');
    expect(() => reads.get(resource, 'lab', 'b')).toThrow('configmaps "b" not found');
    expect(() => reads.get(resource, 'other', 'a')).toThrow('not found');
    expect(() => reads.get(resource, 'lab', 'a', '77')).toThrow('Too large resource version: 77, current: 2');
  });
});
