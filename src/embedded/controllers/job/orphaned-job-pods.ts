import type { Pod } from '../../../kube/types/core.ts';
import { controllerOf } from '../../../kube/types/meta.ts';
import type { Job } from '../../../kube/types/workloads.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { keyOf, splitKey, type ControlPlane, type Controller } from '../control-plane.ts';
import { ReconcileLoop } from '../reconcile-loop.ts';
import { removeTrackingFinalizer } from './job-pods.ts';
import { finishedCondition, hasTrackingFinalizer } from './job-spec.ts';

/** Takes the tracking finalizer off pods whose Job is gone or over, so that they can be deleted. Models job_controller.go syncOrphanPod. */
export class OrphanedJobPods implements Controller {
  readonly #api: ApiClient;
  readonly #loop: ReconcileLoop;

  constructor(plane: ControlPlane) {
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:kube-system:job-controller', 'kube-controller-manager'));
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: 'pods',
      watches: {
        pods: ({ object }) => (hasTrackingFinalizer(object as Pod) ? [keyOf(object)] : []),
        'jobs.batch': ({ type, object }) => (type === 'DELETED' || finishedCondition(object as Job) ? this.#podsOf(object as Job) : []),
      },
      reconcile: (key) => this.#reconcile(key),
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): void {
    this.#loop.stop();
  }

  #podsOf(job: Job): string[] {
    const pods = this.#api.list<Pod>('pods', { namespace: job.metadata.namespace! });
    return pods.filter((pod) => controllerOf(pod)?.uid === job.metadata.uid && hasTrackingFinalizer(pod)).map(keyOf);
  }

  #reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = this.#api.get<Pod>('pods', namespace, name);
    if (!pod || !hasTrackingFinalizer(pod)) return;
    const owner = controllerOf(pod);
    const job = owner?.kind === 'Job' ? this.#api.get<Job>('jobs.batch', namespace, owner.name) : undefined;
    if (job?.metadata.uid === owner?.uid && job && !finishedCondition(job)) return;
    removeTrackingFinalizer(this.#api, pod);
  }
}
