import type { ConfigMap } from '../../../kube/types/core.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { splitKey, type ControlPlane, type Controller } from '../control-plane.ts';
import { ReconcileLoop } from '../reconcile-loop.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Puts the cluster's CA certificate into a ConfigMap of every namespace, and puts it back when it is changed. Models certificates/rootcacertpublisher. */
export class RootCaPublisher implements Controller {
  readonly #api: ApiClient;
  readonly #caPem: string;
  readonly #loop: ReconcileLoop;

  constructor(plane: ControlPlane, caPem: string) {
    this.#api = plane.clientFor(controlPlane('system:serviceaccount:kube-system:root-ca-cert-publisher', 'kube-controller-manager'));
    this.#caPem = caPem;
    this.#loop = new ReconcileLoop({
      plane,
      api: this.#api,
      primary: 'namespaces',
      watches: { configmaps: ({ object }) => (object.metadata.name === NAME ? [`/${object.metadata.namespace}`] : []) },
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
    if (!owner || owner.metadata.deletionTimestamp) return;
    const data = { 'ca.crt': this.#caPem };
    const annotations = { 'kubernetes.io/description': DESCRIPTION };
    const existing = this.#api.get<ConfigMap>('configmaps', namespace, NAME);
    if (!existing) {
      this.#api.create<ConfigMap>('configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: NAME, namespace, annotations },
        data,
      });
    } else if (!equalJson(existing.data, data)) {
      const draft = cloneJson(existing);
      draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations };
      this.#api.update('configmaps', { ...draft, data });
    }
  }
}
