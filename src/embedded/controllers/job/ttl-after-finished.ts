import type { Job } from '../../../kube/types/workloads.ts';
import { managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { finishedCondition } from './job-spec.ts';

const RESOURCE = 'jobs.batch';

/** Deletes Jobs, with their pods first, `ttlSecondsAfterFinished` after their end. Models pkg/controller/ttlafterfinished. */
export class TtlAfterFinished extends ReconcilingController {
  constructor(plane: ControlPlane) {
    super(plane, { caller: managerAccount('ttl-after-finished-controller'), primary: RESOURCE });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const job = this.api.get<Job>(RESOURCE, namespace, name);
    const finishedAt = job && finishedCondition(job)?.lastTransitionTime;
    const ttlSeconds = job?.spec.ttlSecondsAfterFinished;
    if (finishedAt === undefined || ttlSeconds === undefined || job?.metadata.deletionTimestamp) return;
    const remainingMs = Date.parse(finishedAt) + ttlSeconds * 1000 - this.clock.now();
    if (remainingMs > 0) this.enqueueAfter(key, remainingMs);
    else this.api.delete(RESOURCE, namespace, name, { propagationPolicy: 'Foreground', preconditions: { uid: job!.metadata.uid! } });
  }
}
