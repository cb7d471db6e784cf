import type { Job } from '../../../kube/types/workloads.ts';
import type { Clock } from '../../../system/clock.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { splitKey, type ControlPlane, type Controller } from '../control-plane.ts';
import { ReconcileLoop } from '../reconcile-loop.ts';
import { finishedCondition } from './job-spec.ts';

const RESOURCE = 'jobs.batch';

/** Deletes Jobs, with their pods first, `ttlSecondsAfterFinished` after their end. Models pkg/controller/ttlafterfinished. */
export class TtlAfterFinished implements Controller {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #loop: ReconcileLoop;

  constructor(plane: ControlPlane) {
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:kube-system:ttl-after-finished-controller', 'kube-controller-manager'));
    this.#clock = plane.clock;
    this.#loop = new ReconcileLoop({ plane, api: this.#api, primary: RESOURCE, reconcile: (key) => this.#reconcile(key) });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): void {
    this.#loop.stop();
  }

  #reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const job = this.#api.get<Job>(RESOURCE, namespace, name);
    const finishedAt = job && finishedCondition(job)?.lastTransitionTime;
    const ttlSeconds = job?.spec.ttlSecondsAfterFinished;
    if (finishedAt === undefined || ttlSeconds === undefined || job?.metadata.deletionTimestamp) return;
    const remainingMs = Date.parse(finishedAt) + ttlSeconds * 1000 - this.#clock.now();
    if (remainingMs > 0) this.#loop.addAfter(key, remainingMs);
    else this.#api.delete(RESOURCE, namespace, name, { propagationPolicy: 'Foreground', preconditions: { uid: job!.metadata.uid! } });
  }
}
