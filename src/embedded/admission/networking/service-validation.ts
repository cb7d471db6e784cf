import type { Service, ServicePort } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { isIP } from 'node:net';
import { duplicateValue, forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName, checkSupported } from '../checks.ts';
import { checkIp, isStrictSubset } from '../ip-validation.ts';
import type { RuleContext } from '../kind-rules.ts';
import { checkLabels } from '../label-validation.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1035Label, dns1123Label, dns1123Subdomain, portNumber, qualifiedName } from '../name-problems.ts';
import { checkPortReference } from '../pods/probe-validation.ts';
import { NODE_PORTS, SERVICE_CIDR, takenClusterIps, takenNodePorts } from './service-addresses.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Checks a Service. Models core/validation ValidateService and ValidateServiceUpdate, and what the allocators of registry/core/service refuse. */
export function checkService(draft: Service, previous: Service | undefined, context: RuleContext): StatusCause[] {
  const { spec } = draft;
  const causes = [
    ...checkMetadata(draft, previous, dns1035Label),
    ...(previous ? checkClusterIpKept(spec, previous.spec) : []),
    ...checkPortList(spec),
    ...checkLabels('spec.selector', spec.selector),
    ...checkSupported('spec.sessionAffinity', spec['sessionAffinity'], ['ClientIP', 'None']),
    ...checkClusterIps(spec),
    ...((spec['externalIPs'] as string[] | undefined) ?? []).flatMap((ip, index) => checkIp(`spec.externalIPs[${index}]`, ip)),
    ...(TYPES.includes(spec.type!) ? [] : checkSupported('spec.type', spec.type, TYPES)),
    ...checkExternalName(spec),
    ...checkNodePortUse(spec),
    ...checkTrafficPolicies(spec),
  ];
  return causes.length > 0 ? causes : checkAllocations(draft, previous, context);
}

function checkPortList(spec: Service['spec']): StatusCause[] {
  const ports = spec.ports ?? [];
  const mayHaveNone = spec.type === 'ExternalName' || spec.clusterIP === 'None';
  const names = new Set<string>();
  return [
    ...(ports.length === 0 && !mayHaveNone ? [requiredValue('spec.ports')] : []),
    ...ports.flatMap((port, index) => checkPort(`spec.ports[${index}]`, port, { names, isNamed: ports.length > 1 })),
    ...checkRepeatedPorts(ports),
  ];
}

function checkPort(field: string, port: ServicePort, { names, isNamed }: { names: Set<string>; isNamed: boolean }): StatusCause[] {
  const isTaken = port.name !== undefined && names.has(port.name);
  if (port.name) names.add(port.name);
  return [
    ...(isNamed && !port.name ? [requiredValue(`${field}.name`)] : []),
    ...(port.name ? checkName(`${field}.name`, port.name, dns1123Label) : []),
    ...(port.name && isTaken ? [duplicateValue(`${field}.name`, port.name)] : []),
    ...portNumber(port.port ?? 0).map((problem) => invalidValue(`${field}.port`, port.port ?? 0, problem)),
    ...checkSupported(`${field}.protocol`, port.protocol, PROTOCOLS),
    ...checkPortReference(`${field}.targetPort`, port.targetPort),
    ...(port.appProtocol === undefined ? [] : checkName(`${field}.appProtocol`, port.appProtocol, qualifiedName)),
  ];
}

/** Why: the server quotes its internal form of the key that two ports share. */
function checkRepeatedPorts(ports: readonly ServicePort[]): StatusCause[] {
  return ports.flatMap(({ protocol, port }, index) => {
    const isRepeated = ports.slice(0, index).some((other) => other.protocol === protocol && other.port === port);
    const key = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    return isRepeated ? [duplicateValue(`spec.ports[${index}]`, key)] : [];
  });
}

function checkClusterIps(spec: Service['spec']): StatusCause[] {
  const field = 'spec.clusterIPs';
  const ips = spec.clusterIPs ?? [];
  if (spec.type === 'ExternalName') return ips.length > 0 ? [forbiddenValue(field, 'may not be set for ExternalName services')] : [];
  const isMixed = ips[0] === 'None' && ips.length > 1;
  const outOfStep = spec.clusterIP && ips.length > 0 && ips[0] !== spec.clusterIP;
  const isUseless = spec.clusterIP === 'None' && (spec.type === 'NodePort' || spec.type === 'LoadBalancer');
  return [
    ...(outOfStep ? [invalidValue(field, ips, 'first value must match `clusterIP`')] : []),
    ...(isMixed ? [invalidValue(field, ips, "'None' must be the first and only value")] : []),
    ...(isUseless ? [invalidValue(`${field}[0]`, 'None', `may not be set to 'None' for ${spec.type!} services`)] : []),
    ...ips.flatMap((ip, index) => (ip === 'None' ? [] : checkIp(`${field}[${index}]`, ip))),
    ...(ips.length > 2 ? [invalidValue(field, ips, 'may only hold up to 2 values')] : []),
  ];
}

/** Models core/validation validateUpgradeDowngradeClusterIPs. */
function checkClusterIpKept(spec: Service['spec'], before: Service['spec']): StatusCause[] {
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return [];
  const [old] = before.clusterIPs ?? [];
  if (old === undefined || old === spec.clusterIPs?.[0]) return [];
  return [invalidValue('spec.clusterIPs[0]', spec.clusterIPs ?? null, 'may not change once set')];
}

function checkExternalName(spec: Service['spec']): StatusCause[] {
  if (spec.type !== 'ExternalName') return [];
  const name = spec.externalName?.replace(/\.$/, '') ?? '';
  return name === '' ? [requiredValue('spec.externalName')] : checkName('spec.externalName', name, dns1123Subdomain);
}

function checkNodePortUse({ type, ports = [], ...spec }: Service['spec']): StatusCause[] {
  const ranges = (spec['loadBalancerSourceRanges'] as string[] | undefined) ?? [];
  const used = new Set<string>();
  return [
    ...(ranges.length > 0 && type !== 'LoadBalancer'
      ? [forbiddenValue('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'")]
      : []),
    ...ports.flatMap(({ nodePort, protocol }, index) => {
      if (!nodePort) return [];
      const field = `spec.ports[${index}].nodePort`;
      if (type === 'ClusterIP' || type === 'ExternalName') return [forbiddenValue(field, `may not be used when \`type\` is '${type}'`)];
      const key = `${protocol}/${nodePort}`;
      const isTaken = used.has(key);
      used.add(key);
      return isTaken ? [duplicateValue(field, nodePort)] : [];
    }),
  ];
}

function checkTrafficPolicies(spec: Service['spec']): StatusCause[] {
  const { type } = spec;
  const external = spec['externalTrafficPolicy'] as string | undefined;
  const internal = spec['internalTrafficPolicy'] as string | undefined;
  const isOutside = type === 'NodePort' || type === 'LoadBalancer' || ((spec['externalIPs'] as string[] | undefined) ?? []).length > 0;
  return [
    ...(external && !isOutside
      ? [invalidValue('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services')]
      : []),
    ...(external && isOutside ? checkSupported('spec.externalTrafficPolicy', external, ['Cluster', 'Local']) : []),
    ...(internal === undefined ? [] : checkSupported('spec.internalTrafficPolicy', internal, ['Cluster', 'Local'])),
  ];
}

/** What the allocators refuse: addresses and ports out of their range, or taken. */
function checkAllocations(draft: Service, previous: Service | undefined, { store }: RuleContext): StatusCause[] {
  return [...checkAllocatedIps(draft, previous, store), ...checkAllocatedPorts(draft, previous, store)];
}

function checkAllocatedIps({ spec }: Service, previous: Service | undefined, store: RuleContext['store']): StatusCause[] {
  const ips = spec.clusterIPs ?? [];
  const fresh = ips.filter((ip) => isIP(ip) && !previous?.spec.clusterIPs?.includes(ip));
  if (fresh.length === 0) return [];
  const taken = takenClusterIps(store, previous);
  return fresh.flatMap((ip) => {
    const why = !isStrictSubset(`${ip}/32`, SERVICE_CIDR)
      ? `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${SERVICE_CIDR}`
      : taken.has(ip)
        ? 'provided IP is already allocated'
        : undefined;
    return why === undefined ? [] : [invalidValue('spec.clusterIPs', [ip], `failed to allocate IP ${ip}: ${why}`)];
  });
}

function checkAllocatedPorts({ spec }: Service, previous: Service | undefined, store: RuleContext['store']): StatusCause[] {
  const before = new Set((previous?.spec.ports ?? []).map(({ nodePort }) => nodePort));
  const fresh = (spec.ports ?? [])
    .map(({ nodePort }, index) => ({ nodePort, index }))
    .filter(({ nodePort }) => nodePort && !before.has(nodePort));
  if (fresh.length === 0) return [];
  const taken = takenNodePorts(store, previous);
  return fresh.flatMap(({ nodePort, index }) => {
    const port = nodePort!;
    const isOutside = port < NODE_PORTS.first || port > NODE_PORTS.last;
    const range = `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`;
    const why = isOutside ? range : taken.has(port) ? 'provided port is already allocated' : undefined;
    return why === undefined ? [] : [invalidValue(`spec.ports[${index}].nodePort`, port, why)];
  });
}
