import type { StoreEvent } from '../../embedded/store/store.ts';

/** What a GET is about: one object, or the objects of a resource in a namespace or everywhere. */
export interface ReadTarget {
  /** GroupResource. */
  resource: string;
  namespace?: string;
  name?: string;
}

/** Reads the target off a path of the Kubernetes API; undefined for a path that is about no resource. */
export function readTarget(path: string): ReadTarget | undefined {
  const segments = path.split('?', 1)[0]!.split('/').filter(Boolean).map(decodeURIComponent);
  const isCore = segments[0] === 'api';
  const group = isCore ? '' : segments[1];
  const below = segments.slice(isCore ? 2 : 3);
  if ((!isCore && segments[0] !== 'apis') || group === undefined || below.length === 0) return undefined;
  const isInside = below[0] === 'namespaces' && below.length > 2;
  const [plural, name] = isInside ? below.slice(2) : below;
  return {
    resource: group === '' ? plural! : `${plural}.${group}`,
    ...(isInside && { namespace: below[1]! }),
    ...(name !== undefined && { name }),
  };
}

/** Whether a write may change what a GET of the target answers. */
export function touches({ resource, object }: Pick<StoreEvent, 'resource' | 'object'>, target: ReadTarget): boolean {
  return (
    resource === target.resource &&
    (target.namespace === undefined || target.namespace === object.metadata.namespace) &&
    (target.name === undefined || target.name === object.metadata.name)
  );
}
