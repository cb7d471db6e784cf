import type { KubeObject } from '../../kube/types/meta.ts';
import { tektonCrds } from '../schema/tekton-crds.ts';
import { establishedDefinition } from './established-definition.ts';

const NAMESPACE = 'tekton-pipelines';
const LABELS = { 'app.kubernetes.io/instance': 'default', 'app.kubernetes.io/part-of': 'tekton-pipelines' };
const RBAC = 'rbac.authorization.k8s.io';

/** What a cluster has where Tekton Pipelines is installed: its namespace, its kinds, and what the general roles may do with them. */
export function tektonObjects(establishedAt: string): KubeObject[] {
  const account = {
    name: 'tekton-pipelines-controller',
    namespace: NAMESPACE,
    labels: { ...LABELS, 'app.kubernetes.io/component': 'controller' },
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE, labels: { ...LABELS, 'kubernetes.io/metadata.name': NAMESPACE } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    ...tektonCrds().map((crd) => establishedDefinition(crd, establishedAt)),
    aggregatedRole('edit', ['edit', 'admin'], ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']),
    aggregatedRole('view', ['view'], ['get', 'list', 'watch']),
  ];
}

/** Who may do something in a namespace by one of the general roles may do it with Tekton's kinds too. */
function aggregatedRole(name: string, to: readonly string[], verbs: readonly string[]): KubeObject {
  const labels = Object.fromEntries(to.map((role) => [`${RBAC}/aggregate-to-${role}`, 'true']));
  const resources = ['tasks', 'taskruns', 'pipelines', 'pipelineruns', 'runs', 'customruns', 'stepactions'];
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: `tekton-aggregate-${name}`, labels: { ...LABELS, ...labels } },
    rules: [{ apiGroups: ['tekton.dev'], resources, verbs }],
  };
}
