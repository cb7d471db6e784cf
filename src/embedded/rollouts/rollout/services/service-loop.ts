import type { Service } from '../../../../kube/types/core.ts';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { splitKey, type ControlPlane } from '../../../controllers/control-plane.ts';
import { ReconcilingController } from '../../../controllers/reconciling-controller.ts';
import type { StoreEvent } from '../../../store/store.ts';
import { RETRY, ROLLOUTS_ACCOUNT } from '../../controller-settings.ts';
import { HASH_LABEL, MANAGED_BY, ROLLOUTS, SERVICES } from '../names.ts';

/** Has the Rollout of a changed Service looked at, and frees Services that a Rollout managed and none names any more. Models service/service.go. */
export class ServiceLoop extends ReconcilingController {
  readonly #enqueueRollout: (key: string) => void;

  constructor(plane: ControlPlane, { enqueueRollout }: { enqueueRollout: (key: string) => void }) {
    super(plane, {
      caller: ROLLOUTS_ACCOUNT,
      primary: SERVICES,
      watches: { [ROLLOUTS]: keysOfDroppedServices },
      retry: RETRY,
    });
    this.#enqueueRollout = enqueueRollout;
  }

  /** A Service that leads to all revisions is none of the controller's business. */
  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = this.api.get<Service>(SERVICES, namespace, name);
    if (service?.spec.selector?.[HASH_LABEL] === undefined) return;
    const manager = service.metadata.annotations?.[MANAGED_BY];
    const rollout = this.#rolloutsIn(namespace, manager).find((candidate) => serviceKeysOf(candidate).includes(key));
    if (rollout) this.#enqueueRollout(`${namespace}/${rollout.metadata.name}`);
    else if (manager !== undefined) this.#free(service);
  }

  #rolloutsIn(namespace: string, manager: string | undefined): Rollout[] {
    if (manager === undefined) return this.api.list<Rollout>(ROLLOUTS, { namespace });
    const rollout = this.api.get<Rollout>(ROLLOUTS, namespace, manager);
    return rollout ? [rollout] : [];
  }

  #free({ metadata }: Service): void {
    const body = { metadata: { annotations: { [MANAGED_BY]: null } }, spec: { selector: { [HASH_LABEL]: null } } };
    this.api.patch(SERVICES, metadata.namespace, metadata.name, { type: 'merge', body });
  }
}

/** Services that a Rollout named before a change and does not name any more. */
function keysOfDroppedServices({ type, object, previous }: StoreEvent): string[] {
  if (type === 'ADDED') return [];
  const before = serviceKeysOf((previous ?? object) as Rollout);
  const after = type === 'DELETED' ? [] : serviceKeysOf(object as Rollout);
  return before.filter((key) => !after.includes(key));
}

function serviceKeysOf({ metadata, spec }: Rollout): string[] {
  const { blueGreen, canary } = spec.strategy ?? {};
  const names = blueGreen ? [blueGreen.activeService, blueGreen.previewService] : [canary?.canaryService, canary?.stableService];
  return names.flatMap((name) => (name ? [`${metadata.namespace}/${name}`] : []));
}
