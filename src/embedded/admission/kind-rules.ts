import type { KubeObject, StatusCause } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import type { ApiRequest, DeleteOptions } from '../api/request.ts';
import type { Store } from '../store/store.ts';

/** What the rules of a kind may look at. */
export interface RuleContext {
  request: ApiRequest;
  store: Store;
  clock: Clock;
}

/**
 * What the server does for one kind beyond its schema. Drafts may be changed in place; stored objects may not.
 * A rule that refuses a request as a whole throws an ApiError; one that finds mistakes in the object returns them as causes (422).
 */
export interface KindRules<T extends KubeObject = KubeObject> {
  /** Defaults that a schema cannot say. Runs right after the schema's defaults, on creation and update, before anybody is noted as the fields' owner. */
  completeDefaults?(draft: T, context: RuleContext): void;
  /** Fills in what the server decides on creation: cluster IPs, Job selectors, initial status. Runs after the defaults. */
  prepareForCreate?(draft: T, context: RuleContext): void;
  /** Keeps what a client may not change. Runs after the defaults. */
  prepareForUpdate?(draft: T, previous: T, context: RuleContext): void;
  /** Updates without a resourceVersion are refused. */
  requiresResourceVersion?: true;
  /** What the first deletion of an object changes besides marking it: finalizers of the server's own, for example. */
  prepareForDelete?(draft: T, context: RuleContext): void;
  validate?(draft: T, previous: T | undefined, context: RuleContext): StatusCause[];
  /** Seconds of grace a deletion gets; 0 deletes at once. Kinds without this rule are deleted at once. */
  gracePeriodSeconds?(object: T, options: DeleteOptions): number;
  /** How dependents are treated when the client names no policy; Background unless the kind says otherwise. */
  defaultPropagation?: 'Background' | 'Orphan';
}
