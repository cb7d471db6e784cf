import { ALL_VERBS, type GenerationRule, type ResourceDefinition, type ScalePaths, type Verb } from './resource.ts';

interface BuiltIn {
  group?: string;
  kind: string;
  plural?: string;
  singular?: string;
  short?: string[];
  categories?: string[];
  cluster?: true;
  status?: true;
  scale?: ScalePaths;
  generation?: GenerationRule;
  verbs?: readonly Verb[];
  deprecated?: string;
}

const SCALE: ScalePaths = { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas' };
const ALL = ['all'];

const BUILT_INS: BuiltIn[] = [
  { kind: 'Namespace', short: ['ns'], cluster: true, status: true, verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection') },
  { kind: 'Node', short: ['no'], cluster: true, status: true },
  { kind: 'Pod', short: ['po'], categories: ALL, status: true, generation: 'spec' },
  { kind: 'Service', short: ['svc'], categories: ALL, status: true },
  {
    kind: 'Endpoints',
    plural: 'endpoints',
    singular: 'endpoints',
    short: ['ep'],
    deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  },
  { kind: 'ConfigMap', short: ['cm'] },
  { kind: 'Secret' },
  { kind: 'ServiceAccount', short: ['sa'] },
  { kind: 'Event', short: ['ev'] },
  { kind: 'ResourceQuota', short: ['quota'], status: true },
  { kind: 'LimitRange', short: ['limits'] },
  { kind: 'PersistentVolumeClaim', short: ['pvc'], status: true },
  { group: 'apps', kind: 'Deployment', short: ['deploy'], categories: ALL, status: true, scale: SCALE, generation: 'spec' },
  { group: 'apps', kind: 'ReplicaSet', short: ['rs'], categories: ALL, status: true, scale: SCALE, generation: 'spec' },
  { group: 'apps', kind: 'StatefulSet', short: ['sts'], categories: ALL, status: true, scale: SCALE, generation: 'spec' },
  { group: 'apps', kind: 'DaemonSet', short: ['ds'], categories: ALL, status: true, generation: 'spec' },
  { group: 'batch', kind: 'Job', categories: ALL, status: true, generation: 'spec' },
  { group: 'batch', kind: 'CronJob', short: ['cj'], categories: ALL, status: true, generation: 'spec' },
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler', short: ['hpa'], categories: ALL, status: true },
  { group: 'coordination.k8s.io', kind: 'Lease' },
  { group: 'discovery.k8s.io', kind: 'EndpointSlice', generation: 'outside-metadata' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy', plural: 'networkpolicies', short: ['netpol'], generation: 'spec' },
  { group: 'networking.k8s.io', kind: 'Ingress', plural: 'ingresses', short: ['ing'], status: true, generation: 'spec' },
  { group: 'policy', kind: 'PodDisruptionBudget', short: ['pdb'], status: true, generation: 'spec' },
  { group: 'rbac.authorization.k8s.io', kind: 'Role' },
  { group: 'rbac.authorization.k8s.io', kind: 'RoleBinding' },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', cluster: true },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRoleBinding', cluster: true },
  {
    group: 'admissionregistration.k8s.io',
    kind: 'ValidatingAdmissionPolicy',
    plural: 'validatingadmissionpolicies',
    categories: ['api-extensions'],
    cluster: true,
    status: true,
    generation: 'spec',
  },
  {
    group: 'admissionregistration.k8s.io',
    kind: 'ValidatingAdmissionPolicyBinding',
    categories: ['api-extensions'],
    cluster: true,
    generation: 'spec',
  },
  {
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
    short: ['crd', 'crds'],
    categories: ['api-extensions'],
    cluster: true,
    status: true,
    generation: 'spec',
  },
];

const VERSIONS: Record<string, string> = { autoscaling: 'v2' };

/** The built-in kinds that the cluster stores. */
export const BUILTIN_RESOURCES: readonly ResourceDefinition[] = BUILT_INS.map(defineBuiltIn);

function defineBuiltIn(kind: BuiltIn): ResourceDefinition {
  const singular = kind.singular ?? kind.kind.toLowerCase();
  return {
    group: kind.group ?? '',
    version: VERSIONS[kind.group ?? ''] ?? 'v1',
    plural: kind.plural ?? `${singular}s`,
    singular,
    kind: kind.kind,
    shortNames: kind.short ?? [],
    categories: kind.categories ?? [],
    isNamespaced: !kind.cluster,
    verbs: kind.verbs ?? ALL_VERBS,
    hasStatus: kind.status ?? false,
    ...(kind.scale && { scale: kind.scale }),
    generation: kind.generation ?? 'none',
    isBuiltIn: true,
    ...(kind.deprecated !== undefined && { deprecationWarning: kind.deprecated }),
  };
}
