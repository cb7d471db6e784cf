import type { Namespace, Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import { groupResource } from '../../api/resource.ts';
import type { ResourceRegistry } from '../../api/resource-registry.ts';
import { managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { countRemaining, deletionConditions } from './namespace-conditions.ts';

const RESOURCE = 'namespaces';
/** How long after its deletion a namespace's content begins to go. */
const FIRST_PASS_AFTER_MS = 5_000;
const FINALIZER_ESTIMATE_SECONDS = 15;

interface Item {
  resource: string;
  object: KubeObject;
}

/** Empties a namespace that is being deleted, pods first, and then lets it go. Models pkg/controller/namespace. */
export class NamespaceController extends ReconcilingController {
  readonly #registry: ResourceRegistry;

  constructor(plane: ControlPlane, registry: ResourceRegistry) {
    super(plane, {
      caller: managerAccount('namespace-controller'),
      primary: RESOURCE,
      watches: {
        [RESOURCE]: ({ object }) => {
          if (object.metadata.deletionTimestamp) this.enqueueAfter(`/${object.metadata.name}`, FIRST_PASS_AFTER_MS);
          return [];
        },
      },
    });
    this.#registry = registry;
  }

  protected override reconcile(key: string): void {
    const { name } = splitKey(key);
    const namespace = this.api.get<Namespace>(RESOURCE, undefined, name);
    if (!namespace?.metadata.deletionTimestamp) return;
    const failures = this.#deleteContent(this.#contentOf(name));
    const remaining = this.#contentOf(name);
    const pods = remaining.filter(({ resource }) => resource === 'pods');
    this.#report(namespace, pods.length > 0 ? pods : remaining, failures);
    if (remaining.length === 0) this.api.finalize(name);
    else this.enqueueAfter(key, (estimateSeconds(remaining) / 2 + 1) * 1000);
  }

  #contentOf(namespace: string): Item[] {
    const resources = this.#registry.all().filter(({ isNamespaced, group }) => isNamespaced && group !== 'events.k8s.io');
    return resources.flatMap((definition) => {
      const resource = groupResource(definition);
      return this.api.list(resource, { namespace }).map((object) => ({ resource, object }));
    });
  }

  /** Deletes pods first and everything else once they are gone; answers why something could not be deleted. */
  #deleteContent(items: readonly Item[]): string[] {
    const pods = items.filter(({ resource }) => resource === 'pods');
    const due = (pods.length > 0 ? pods : items).filter(({ object }) => !object.metadata.deletionTimestamp);
    return due.flatMap(({ resource, object }) => {
      try {
        this.api.delete(resource, object.metadata.namespace, object.metadata.name, { propagationPolicy: 'Background' });
        return [];
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return error.reason === 'NotFound' ? [] : [error.message];
      }
    });
  }

  #report(namespace: Namespace, remaining: readonly Item[], failures: readonly string[]): void {
    const draft = cloneJson(namespace);
    const conditions = deletionConditions(draft.status?.conditions ?? [], countRemaining(remaining, failures), this.clock.now());
    draft.status = { ...draft.status, phase: 'Terminating', conditions };
    if (!equalJson(draft, namespace)) this.api.update(RESOURCE, draft, 'status');
  }
}

/** How long the content will probably take to go: pods their grace, finalizers a guess. */
function estimateSeconds(items: readonly Item[]): number {
  const seconds = items.map(({ resource, object }) => {
    if (object.metadata.finalizers?.length) return FINALIZER_ESTIMATE_SECONDS;
    return resource === 'pods' ? ((object as Pod).spec.terminationGracePeriodSeconds ?? 30) : 0;
  });
  return Math.max(0, ...seconds);
}
