import type { ConfigMap } from '../../../kube/types/core.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { ReconcilingController } from '../reconciling-controller.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Puts the cluster's CA certificate into a ConfigMap of every namespace, and puts it back when it is changed. Models certificates/rootcacertpublisher. */
export class RootCaPublisher extends ReconcilingController {
  readonly #caPem: string;

  constructor(plane: ControlPlane, caPem: string) {
    super(plane, {
      caller: managerAccount('root-ca-cert-publisher'),
      primary: 'namespaces',
      watches: { configmaps: ({ object }) => (object.metadata.name === NAME ? [`/${object.metadata.namespace}`] : []) },
    });
    this.#caPem = caPem;
  }

  protected override reconcile(key: string): void {
    const namespace = splitKey(key).name;
    const owner = this.api.get('namespaces', undefined, namespace);
    if (!owner || owner.metadata.deletionTimestamp) return;
    const data = { 'ca.crt': this.#caPem };
    const annotations = { 'kubernetes.io/description': DESCRIPTION };
    const existing = this.api.get<ConfigMap>('configmaps', namespace, NAME);
    if (!existing) {
      this.api.create<ConfigMap>('configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: NAME, namespace, annotations },
        data,
      });
    } else if (!equalJson(existing.data, data)) {
      const draft = cloneJson(existing);
      draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations };
      this.api.update('configmaps', { ...draft, data });
    }
  }
}
