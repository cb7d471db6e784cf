import type { KubeObject } from '../../kube/types/meta.ts';
import type { Store } from '../store/store.ts';
import { ApiError, badRequest, notFound } from './api-error.ts';
import { continueExpired, decodeContinue, encodeContinue, type ListPosition } from './continue-token.ts';
import { parseFieldSelector, type ObjectPredicate } from './field-selector.ts';
import { futureRevision, revisionForList, revisionForWatch, validateListOptions, type ListOptions } from './list-options.ts';
import { groupResource, type ServedResource } from './resource.ts';
import { parseLabelSelector } from './selectors.ts';

/** One page of a list, in stored form. */
export interface ListPage {
  objects: KubeObject[];
  revision: number;
  /** Token for the next page, when there is one. */
  continue?: string;
  /** How many follow; not told for lists with selectors, as on the real server. */
  remainingItemCount?: number;
}

/** Reads objects and lists. Models apiserver registry/generic Get and List with etcd semantics. */
export class Reads {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The object in stored form. Throws 404 when it is not there, 504 when the asked resourceVersion lies ahead. */
  get({ stored }: ServedResource, namespace: string | undefined, name: string, resourceVersion?: string): KubeObject {
    const asked = revisionForWatch(resourceVersion);
    if (asked !== undefined && asked > this.#store.revision) throw futureRevision(asked, this.#store.revision);
    const object = this.#store.get(groupResource(stored), namespace, name);
    if (!object) throw notFound({ plural: stored.plural, group: stored.group, name });
    return object;
  }

  /** A page of a list. Pages that continue one another all show the state of the first page's revision. */
  list(resource: ServedResource, namespace: string | undefined, options: ListOptions): ListPage {
    validateListOptions(options);
    const matches = selectionOf(resource, options);
    const { revision, after, objects } = this.#startingPoint(resource, namespace, options);
    const following = after === undefined ? objects : objects.filter((object) => positionKey(object) > after);
    const selected = matches ? following.filter(matches) : following;
    // Why: the server answers a list "as of any time" from its cache, which knows no pages.
    const limit = options.resourceVersion === '0' && !options.continue ? 0 : (options.limit ?? 0);
    return pageOf(selected, revision, { limit, isSelective: matches !== undefined });
  }

  #startingPoint(
    { stored }: ServedResource,
    namespace: string | undefined,
    options: ListOptions,
  ): { revision: number; after?: string; objects: KubeObject[] } {
    const store = this.#store;
    const newest = (): KubeObject[] => store.list(groupResource(stored), namespace);
    if (options.continue) {
      const position = decodeContinue(options.continue);
      if (options.resourceVersion !== undefined && options.resourceVersion !== '' && options.resourceVersion !== '0') {
        throw badRequest('specifying resource version is not allowed when using continue');
      }
      if (position.revision < 0) return { revision: store.revision, after: position.after, objects: newest() };
      return { revision: position.revision, after: position.after, objects: this.#listAt(position, stored, namespace) };
    }
    const asked = revisionForList(options.resourceVersion);
    if (asked !== undefined && asked > store.revision) throw futureRevision(asked, store.revision);
    const isExact = options.resourceVersionMatch === 'Exact' || (!options.resourceVersionMatch && (options.limit ?? 0) > 0);
    if (asked === undefined || !isExact) return { revision: store.revision, objects: newest() };
    const objects = store.listAt(asked, groupResource(stored), namespace);
    if (!objects) throw new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
    return { revision: asked, objects };
  }

  #listAt(position: ListPosition, stored: ServedResource['stored'], namespace: string | undefined): KubeObject[] {
    const objects = this.#store.listAt(position.revision, groupResource(stored), namespace);
    if (!objects) throw continueExpired(position);
    return objects;
  }
}

/** The label and field selector of a query as one predicate; undefined when there is none. Throws 400. */
export function selectionOf(
  { stored, conversion }: ServedResource,
  { labelSelector, fieldSelector }: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>,
): ObjectPredicate | undefined {
  const byLabels = labelSelector ? parseLabelSelector(labelSelector) : undefined;
  const byFields = fieldSelector ? parseFieldSelector(fieldSelector, stored, conversion?.storedField) : undefined;
  if (!byLabels) return byFields;
  const labelsMatch: ObjectPredicate = (object) => byLabels(object.metadata.labels ?? NO_LABELS);
  return byFields ? (object) => labelsMatch(object) && byFields(object) : labelsMatch;
}

const NO_LABELS: Readonly<Record<string, string>> = {};

function positionKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function pageOf(objects: KubeObject[], revision: number, { limit, isSelective }: { limit: number; isSelective: boolean }): ListPage {
  if (limit <= 0 || objects.length <= limit) return { objects, revision };
  const page = objects.slice(0, limit);
  return {
    objects: page,
    revision,
    continue: encodeContinue({ revision, after: positionKey(page.at(-1)!) }),
    ...(!isSelective && { remainingItemCount: objects.length - limit }),
  };
}
