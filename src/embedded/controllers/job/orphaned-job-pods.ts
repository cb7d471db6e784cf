import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { keyOf, managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { removeTrackingFinalizer } from './job-pods.ts';
import { finishedCondition, hasTrackingFinalizer } from './job-spec.ts';

/** Takes the tracking finalizer off pods whose Job is gone or over, so that they can be deleted. Models job_controller.go syncOrphanPod. */
export class OrphanedJobPods extends ReconcilingController {
  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('job-controller'),
      primary: 'pods',
      watches: {
        pods: ({ object }) => (hasTrackingFinalizer(object as Pod) ? [keyOf(object)] : []),
        'jobs.batch': ({ type, object }) => (type === 'DELETED' || finishedCondition(object as Job) ? this.#podsOf(object as Job) : []),
      },
    });
  }

  #podsOf(job: Job): string[] {
    const pods = this.api.list<Pod>('pods', { namespace: job.metadata.namespace! });
    return pods.filter((pod) => controllerOf(pod)?.uid === job.metadata.uid && hasTrackingFinalizer(pod)).map(keyOf);
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = this.api.get<Pod>('pods', namespace, name);
    if (!pod || !hasTrackingFinalizer(pod)) return;
    const owner = controllerOf(pod);
    const job = owner?.kind === 'Job' ? this.api.get<Job>('jobs.batch', namespace, owner.name) : undefined;
    if (job?.metadata.uid === owner?.uid && job && !finishedCondition(job)) return;
    removeTrackingFinalizer(this.api, pod);
  }
}
