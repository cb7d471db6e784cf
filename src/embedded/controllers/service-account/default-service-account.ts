import { managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { ReconcilingController } from '../reconciling-controller.ts';

/** Gives every namespace its ServiceAccount `default`, also when somebody deletes it. Models pkg/controller/serviceaccount/serviceaccounts_controller.go. */
export class DefaultServiceAccount extends ReconcilingController {
  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('service-account-controller'),
      primary: 'namespaces',
      watches: { serviceaccounts: ({ type, object }) => (type === 'DELETED' ? [`/${object.metadata.namespace}`] : []) },
    });
  }

  protected override reconcile(key: string): void {
    const namespace = splitKey(key).name;
    const owner = this.api.get('namespaces', undefined, namespace);
    if (!owner || owner.metadata.deletionTimestamp || this.api.get('serviceaccounts', namespace, 'default')) return;
    this.api.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
}
