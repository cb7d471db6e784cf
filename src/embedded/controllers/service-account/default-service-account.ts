import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { splitKey, type ControlPlane, type Controller } from '../control-plane.ts';
import { ReconcileLoop } from '../reconcile-loop.ts';

/** Gives every namespace its ServiceAccount `default`, also when somebody deletes it. Models pkg/controller/serviceaccount/serviceaccounts_controller.go. */
export class DefaultServiceAccount implements Controller {
  readonly #api: ApiClient;
  readonly #loop: ReconcileLoop;

  constructor(plane: ControlPlane) {
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:kube-system:service-account-controller', 'kube-controller-manager'));
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: 'namespaces',
      watches: { serviceaccounts: ({ type, object }) => (type === 'DELETED' ? [`/${object.metadata.namespace}`] : []) },
      reconcile: (key) => this.#reconcile(splitKey(key).name),
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): void {
    this.#loop.stop();
  }

  #reconcile(namespace: string): void {
    const owner = this.#api.get('namespaces', undefined, namespace);
    if (!owner || owner.metadata.deletionTimestamp || this.#api.get('serviceaccounts', namespace, 'default')) return;
    this.#api.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
}
