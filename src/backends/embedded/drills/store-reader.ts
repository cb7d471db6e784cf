import type { ClusterObject, ClusterReader } from '../../../../grader/index.ts';
import { Store, type StoreSnapshot } from '../../../embedded/store/store.ts';

/** A cluster as it was at one moment, for the grader. */
export function readerOf(snapshot: StoreSnapshot): ClusterReader {
  return storeReader(new Store(snapshot));
}

/** A cluster as it is at each look. */
export function storeReader(store: Store): ClusterReader {
  return {
    get: (resource, namespace, name) => Promise.resolve(store.get(resource, namespace, name) as ClusterObject | undefined),
    list: (resource, namespace) => Promise.resolve(store.list(resource, namespace) as ClusterObject[]),
  };
}
