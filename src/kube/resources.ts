/** What has to be known of a resource to address it. */
export interface ResourceName {
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
  kind: string;
  isNamespaced: boolean;
}

interface Known {
  version?: string;
  cluster?: true;
}

const KNOWN: Record<string, Record<string, Known>> = {
  '': {
    Namespace: { cluster: true },
    Node: { cluster: true },
    Pod: {},
    Service: {},
    Endpoints: {},
    ConfigMap: {},
    Secret: {},
    ServiceAccount: {},
    Event: {},
    ResourceQuota: {},
    LimitRange: {},
    PersistentVolumeClaim: {},
  },
  apps: { Deployment: {}, ReplicaSet: {}, StatefulSet: {}, DaemonSet: {} },
  batch: { Job: {}, CronJob: {} },
  autoscaling: { HorizontalPodAutoscaler: { version: 'v2' } },
  'coordination.k8s.io': { Lease: {} },
  'discovery.k8s.io': { EndpointSlice: {} },
  'networking.k8s.io': { NetworkPolicy: {}, Ingress: {} },
  policy: { PodDisruptionBudget: {} },
  'rbac.authorization.k8s.io': { Role: {}, RoleBinding: {}, ClusterRole: { cluster: true }, ClusterRoleBinding: { cluster: true } },
  'apiextensions.k8s.io': { CustomResourceDefinition: { cluster: true } },
  'argoproj.io': {
    Rollout: { version: 'v1alpha1' },
    AnalysisRun: { version: 'v1alpha1' },
    AnalysisTemplate: { version: 'v1alpha1' },
    ClusterAnalysisTemplate: { version: 'v1alpha1', cluster: true },
    Experiment: { version: 'v1alpha1' },
  },
};

/** The resources that need no discovery, by GroupResource. */
export const KNOWN_RESOURCES: ReadonlyMap<string, ResourceName> = new Map(
  Object.entries(KNOWN).flatMap(([group, kinds]) =>
    Object.entries(kinds).map(([kind, { version = 'v1', cluster = false }]) => {
      const resource: ResourceName = { group, version, plural: pluralOf(kind), kind, isNamespaced: !cluster };
      return [groupResource(resource), resource] as const;
    }),
  ),
);

/** `pods`, `rollouts.argoproj.io`. */
export function groupResource({ plural, group }: Pick<ResourceName, 'plural' | 'group'>): string {
  return group ? `${plural}.${group}` : plural;
}

/** The group and version of an apiVersion; the core group is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function apiVersionOf({ group, version }: Pick<ResourceName, 'group' | 'version'>): string {
  return group ? `${group}/${version}` : version;
}

/** The known resource of a kind; undefined when only discovery can tell. */
export function knownResourceOfKind(apiVersion: string, kind: string): ResourceName | undefined {
  const { group, version } = splitApiVersion(apiVersion);
  const resource = KNOWN_RESOURCES.get(groupResource({ plural: pluralOf(kind), group }));
  return resource?.version === version && resource.kind === kind ? resource : undefined;
}

/** The path of a collection, or of one object in it. */
export function pathOf(resource: ResourceName, namespace: string | undefined, name?: string, subresource?: string): string {
  const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`;
  const scope = resource.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${root}${scope}/${resource.plural}${object}${subresource === undefined ? '' : `/${subresource}`}`;
}

function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular === 'endpoints') return singular;
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
