import type { Service, ServicePort } from '../../../kube/types/core.ts';
import { equalJson } from '../../../system/json.ts';
import type { KindRules, RuleContext } from '../kind-rules.ts';
import { freeClusterIp, freeNodePort } from './service-addresses.ts';
import { checkService } from './service-validation.ts';

const AFFINITY_SECONDS = 10_800;

/** Rules for Services. Models apis/core/v1/defaults.go and registry/core/service. */
export const serviceRules: KindRules<Service> = {
  completeDefaults({ spec }) {
    spec.type ||= 'ClusterIP';
    defaultAffinity(spec);
    for (const port of spec.ports ?? []) defaultPort(port);
    if (isReachableFromOutside(spec)) spec['externalTrafficPolicy'] ||= 'Cluster';
    if (spec.type !== 'ExternalName') spec['internalTrafficPolicy'] ??= 'Cluster';
    if (spec.type === 'LoadBalancer') spec['allocateLoadBalancerNodePorts'] ??= true;
  },
  prepareForCreate(draft, context) {
    const { spec } = draft;
    if (spec.clusterIP && !spec.clusterIPs) spec.clusterIPs = [spec.clusterIP];
    allocate(draft, context);
  },
  prepareForUpdate(draft, previous, context) {
    alignClusterIps(draft.spec, previous.spec);
    keepAllocated(draft.spec, previous.spec);
    dropUnneeded(draft.spec, previous.spec);
    allocate(draft, context);
  },
  validate: checkService,
};

function defaultAffinity(spec: Service['spec']): void {
  spec['sessionAffinity'] ||= 'None';
  const config = spec['sessionAffinityConfig'] as { clientIP?: { timeoutSeconds?: number } } | undefined;
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  else if (spec['sessionAffinity'] === 'ClientIP' && config?.clientIP?.timeoutSeconds === undefined) {
    spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
}

function defaultPort(port: ServicePort): void {
  port.protocol ||= 'TCP';
  if (!port.targetPort) port.targetPort = port.port;
}

function isReachableFromOutside(spec: Service['spec']): boolean {
  const ips = spec['externalIPs'] as string[] | undefined;
  return needsNodePort(spec) || (spec.type === 'ClusterIP' && (ips?.length ?? 0) > 0);
}

function needsNodePort({ type, allocateLoadBalancerNodePorts }: Service['spec']): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** Gives a Service what it needs and did not ask for: a cluster IP, IP families, node ports. */
function allocate(draft: Service, { store }: RuleContext): void {
  const { spec } = draft;
  if (spec.type === 'ExternalName') return;
  spec['ipFamilies'] ??= ['IPv4'];
  spec['ipFamilyPolicy'] ??= 'SingleStack';
  if (!spec.clusterIP) {
    spec.clusterIP = freeClusterIp(store);
    spec.clusterIPs = [spec.clusterIP];
  }
  if (needsNodePort(spec) && spec.clusterIP !== 'None') allocateNodePorts(spec.ports ?? [], draft, store);
}

function allocateNodePorts(ports: ServicePort[], { spec }: Service, store: RuleContext['store']): void {
  const used = new Set((spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])));
  for (const port of ports) {
    port.nodePort ||= freeNodePort(store, used);
    used.add(port.nodePort);
  }
}

/** Clients may change `clusterIP` alone and leave `clusterIPs` as it was. Models registry/core/service normalizeClusterIPs. */
function alignClusterIps(spec: Service['spec'], before: Service['spec']): void {
  const isListUntouched = equalJson(spec.clusterIPs, before.clusterIPs);
  if (spec.clusterIP && spec.clusterIP !== before.clusterIP && (isListUntouched || !spec.clusterIPs)) spec.clusterIPs = [spec.clusterIP];
  if (spec.clusterIP && !spec.clusterIPs && spec.clusterIP === before.clusterIP)
    spec.clusterIPs = [...(before.clusterIPs ?? [spec.clusterIP])];
  if (!spec.clusterIP && isListUntouched) delete spec.clusterIPs;
}

/** What was allocated stays when an update doesn't mention it. Models registry/core/service patchAllocatedValues. */
function keepAllocated(spec: Service['spec'], before: Service['spec']): void {
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
    if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP;
    if (!spec.clusterIPs && spec.clusterIP === before.clusterIP && before.clusterIPs) spec.clusterIPs = [...before.clusterIPs];
    for (const key of ['ipFamilies', 'ipFamilyPolicy']) if (spec[key] === undefined && before[key] !== undefined) spec[key] = before[key];
  }
  if (!needsNodePort(spec) || !needsNodePort(before)) return;
  const used = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort));
  for (const port of spec.ports ?? []) {
    const same = before.ports?.find((other) => other.protocol === port.protocol && other.port === port.port);
    if (!port.nodePort && same?.nodePort && !used.has(same.nodePort)) port.nodePort = same.nodePort;
  }
}

/** What a new type has no use for goes, unless the client changed it too. Models registry/core/service dropTypeDependentFields. */
function dropUnneeded(spec: Service['spec'], before: Service['spec']): void {
  const drop = (...keys: string[]) => {
    for (const key of keys) if (equalJson(spec[key], before[key])) delete spec[key];
  };
  if (before.type !== 'ExternalName' && spec.type === 'ExternalName') drop('clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy');
  const ports = ({ ports: list = [] }: Service['spec']) => list.map(({ nodePort }) => nodePort ?? 0);
  if (needsNodePort(before) && !needsNodePort(spec) && equalJson(ports(spec), ports(before))) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') drop('allocateLoadBalancerNodePorts', 'loadBalancerClass');
  if (isReachableFromOutside(before) && !isReachableFromOutside(spec)) drop('externalTrafficPolicy');
}
