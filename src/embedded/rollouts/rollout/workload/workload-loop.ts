import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { keyOf, splitKey, type ControlPlane } from '../../../controllers/control-plane.ts';
import { ReconcilingController } from '../../../controllers/reconciling-controller.ts';
import { ROLLOUTS_ACCOUNT } from '../../controller-settings.ts';
import { DEPLOYMENTS, ROLLOUTS, WORKLOAD_GENERATION } from '../names.ts';
import { workloadResourceOf } from './resolve-workload.ts';

/** Shows the generation of a Deployment on the Rollouts that refer to it, so that a change of its template is noticed. Models updateRolloutsReferenceAnnotation. */
export class WorkloadLoop extends ReconcilingController {
  constructor(plane: ControlPlane) {
    super(plane, {
      caller: ROLLOUTS_ACCOUNT,
      primary: DEPLOYMENTS,
      watches: { [ROLLOUTS]: ({ object }) => keysOfDeployment(object as Rollout) },
    });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const deployment = this.api.get(DEPLOYMENTS, namespace, name);
    if (!deployment) return;
    const generation = String(deployment.metadata.generation ?? 0);
    for (const rollout of this.api.list<Rollout>(ROLLOUTS, { namespace })) {
      if (!keysOfDeployment(rollout).includes(key) || rollout.metadata.annotations?.[WORKLOAD_GENERATION] === generation) continue;
      const body = { metadata: { annotations: { [WORKLOAD_GENERATION]: generation } } };
      this.api.patch(ROLLOUTS, namespace, rollout.metadata.name, { type: 'merge', body });
    }
  }
}

function keysOfDeployment(rollout: Rollout): string[] {
  if (workloadResourceOf(rollout) !== DEPLOYMENTS) return [];
  return [keyOf({ metadata: { namespace: rollout.metadata.namespace!, name: rollout.spec.workloadRef?.name ?? '' } })];
}
