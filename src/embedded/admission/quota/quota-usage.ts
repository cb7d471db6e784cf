import type { Container, Pod, Service } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { count, ONE, quantitiesOf, ZERO, type Quantities } from '../../schema/amounts.ts';
import { podAmounts } from './pod-amounts.ts';

/** What a ResourceQuota is about. */
export interface ResourceQuota extends KubeObject {
  spec?: { hard?: Record<string, string>; scopes?: string[]; scopeSelector?: { matchExpressions?: ScopeRequirement[] } };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

interface ScopeRequirement {
  scopeName: string;
  operator: string;
  values?: string[];
}

/** Kinds that are counted by their own name, beside `count/…`. */
const COUNTED_BY_NAME = ['configmaps', 'secrets', 'services', 'replicationcontrollers', 'resourcequotas', 'persistentvolumeclaims'];
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
/** Why these and no others: whoever limits them wants every container to say how much it takes. */
const MUST_BE_SAID = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/** What an object takes of each resource that quotas know. Models pkg/quota/v1/evaluator/core. */
export function usageOf(resource: string, object: KubeObject): Quantities {
  const counted: [string, typeof ONE][] = [[`count/${resource}`, ONE]];
  if (COUNTED_BY_NAME.includes(resource)) counted.push([resource, ONE]);
  if (resource === 'pods') return new Map([...counted, ...podUsage(object as Pod)]);
  if (resource === 'services') return new Map([...counted, ...serviceUsage(object as Service)]);
  if (resource !== 'persistentvolumeclaims') return new Map(counted);
  const { resources } = (object['spec'] ?? {}) as { resources?: Container['resources'] };
  return new Map([...counted, ['requests.storage', quantitiesOf(resources?.requests).get('storage') ?? ZERO]]);
}

/** Which resources of a quota a kind takes. */
export function resourcesTakenBy(resource: string, names: readonly string[]): string[] {
  const known = [`count/${resource}`, ...(COUNTED_BY_NAME.includes(resource) ? [resource] : [])];
  if (resource === 'services') known.push('services.nodeports', 'services.loadbalancers');
  if (resource === 'persistentvolumeclaims') known.push('requests.storage');
  if (resource !== 'pods') return names.filter((name) => known.includes(name));
  const ofPods = ['pods', ...known, ...COMPUTE, ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`])];
  return names.filter((name) => ofPods.includes(name) || /^(requests\.)?hugepages-/.test(name) || /^requests\..*\//.test(name));
}

/** Whether a quota's scopes are about an object. */
export function isInScope({ spec = {} }: ResourceQuota, resource: string, object: KubeObject): boolean {
  const requirements: ScopeRequirement[] = [
    ...(spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...(spec.scopeSelector?.matchExpressions ?? []),
  ];
  return requirements.every((requirement) => resource === 'pods' && matchesScope(requirement, object as Pod));
}

/** What quotas on these resources want every container to say, as a message; undefined when all say it. */
export function unsaid(names: readonly string[], { spec }: Pod): string | undefined {
  if (spec['resources']) return undefined;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const missing = MUST_BE_SAID.filter((name) => names.includes(name))
    .sort()
    .flatMap((name) => {
      const silent = containers.filter((container) => !says(container, name)).map((container) => container.name);
      return silent.length > 0 ? [`${name} for: ${[...new Set(silent)].sort().join(',')}`] : [];
    });
  return missing.length > 0 ? `must specify ${missing.join('; ')}` : undefined;
}

function says({ resources }: Container, name: string): boolean {
  const [kind, resource] = name.includes('.') ? name.split('.') : ['requests', name];
  return Object.hasOwn(resources?.[kind as 'requests' | 'limits'] ?? {}, resource!);
}

/** A pod that has ended takes nothing but its place in the store. */
function podUsage({ spec, status }: Pod): [string, typeof ONE][] {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return [];
  const requests = [...podAmounts(spec, 'requests')].flatMap(([name, amount]): [string, typeof ONE][] => {
    const isNative = COMPUTE.includes(name) || name.startsWith('hugepages-');
    return isNative ? [[name, amount], [`requests.${name}`, amount]] : [[`requests.${name}`, amount]]; // prettier-ignore
  });
  const limits = [...podAmounts(spec, 'limits')].filter(([name]) => COMPUTE.includes(name));
  return [['pods', ONE], ...requests, ...limits.map(([name, amount]): [string, typeof ONE] => [`limits.${name}`, amount])];
}

function serviceUsage({ spec }: Service): [string, typeof ONE][] {
  const isBalanced = spec.type === 'LoadBalancer';
  const ports = spec.ports ?? [];
  const allocated = isBalanced && spec['allocateLoadBalancerNodePorts'] === false ? ports.filter(({ nodePort }) => nodePort) : ports;
  const nodePorts = isBalanced || spec.type === 'NodePort' ? allocated.length : 0;
  return [
    ['services.nodeports', count(nodePorts)],
    ['services.loadbalancers', isBalanced ? ONE : ZERO],
  ];
}

function matchesScope({ scopeName, operator, values = [] }: ScopeRequirement, { spec, status }: Pod): boolean {
  const isBestEffort = status?.qosClass === 'BestEffort';
  switch (scopeName) {
    case 'Terminating':
      return spec.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return isBestEffort;
    case 'NotBestEffort':
      return !isBestEffort;
    case 'PriorityClass':
      return matchesClass(operator, values, spec['priorityClassName'] as string | undefined);
    default:
      return false;
  }
}

function matchesClass(operator: string, values: readonly string[], name: string | undefined): boolean {
  if (operator === 'Exists') return Boolean(name);
  if (operator === 'DoesNotExist') return !name;
  return operator === 'In' ? values.includes(name ?? '') : !values.includes(name ?? '');
}
