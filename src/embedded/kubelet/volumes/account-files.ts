import type { ConfigMap, Container, Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { ApiClient } from '../../api/client.ts';
import type { FileSpec } from '../../shell/container-process.ts';

/** Where every container finds the token of its pod's service account. */
export const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

interface AccountContext {
  api: ApiClient;
  pod: Pod;
  tokenOf: (pod: Pod) => string;
}

/**
 * What a container finds of its pod's service account by itself: nothing where pod or account do not want it, or where the container has
 * mounted something else there. Models plugin/pkg/admission/serviceaccount, but for the volume, which the pod's spec does not show.
 */
export function accountFiles({ api, pod, tokenOf }: AccountContext, container: Container): Record<string, FileSpec> {
  const { namespace = '' } = pod.metadata;
  const account = api.get<KubeObject>('serviceaccounts', namespace, pod.spec.serviceAccountName ?? 'default');
  const isWanted = pod.spec.automountServiceAccountToken ?? account?.['automountServiceAccountToken'] ?? true;
  const isTaken = container.volumeMounts?.some(({ mountPath }) => mountPath === ACCOUNT_FOLDER);
  if (!account || isWanted === false || isTaken) return {};
  const authority = api.get<ConfigMap>('configmaps', namespace, 'kube-root-ca.crt');
  return {
    [`${ACCOUNT_FOLDER}/token`]: { content: tokenOf(pod) },
    [`${ACCOUNT_FOLDER}/namespace`]: { content: namespace },
    [`${ACCOUNT_FOLDER}/ca.crt`]: { content: authority?.data?.['ca.crt'] ?? '' },
  };
}
