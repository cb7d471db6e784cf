import type { Container, Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { forbidden } from '../../api/api-error.ts';
import { quantitiesOf, type Amounts, type Quantities } from '../../schema/amounts.ts';
import { compareQuantities, formatQuantity, type Quantity } from '../../schema/quantity.ts';
import type { Store } from '../../store/store.ts';
import { podAmounts } from './pod-amounts.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

interface Limit {
  type: string;
  max?: Amounts;
  min?: Amounts;
  default?: Amounts;
  defaultRequest?: Amounts;
  maxLimitRequestRatio?: Amounts;
}

interface LimitRange extends KubeObject {
  spec?: { limits?: Limit[] | null };
}

/** Gives containers what their namespace's LimitRanges say where they say nothing, and notes it. Models limitranger PodMutateLimitFunc. */
export function applyLimitDefaults(pod: Pod, store: Store): void {
  for (const range of rangesOf(store, pod.metadata.namespace)) {
    const limits = limitsOf(range, 'Container');
    const limit = Object.assign({}, ...limits.map((one) => one.default)) as Amounts;
    const request = Object.assign({}, ...limits.map(({ defaultRequest }) => defaultRequest)) as Amounts;
    const notes = [
      ...pod.spec.containers.flatMap((container) => complete(container, 'container', { request, limit })),
      ...(pod.spec.initContainers ?? []).flatMap((container) => complete(container, 'init container', { request, limit })),
    ];
    if (notes.length === 0) continue;
    pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
  }
}

function complete(container: Container, what: string, { request, limit }: { request: Amounts; limit: Amounts }): string[] {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const missing = (defaults: Amounts, present: Amounts): string[] =>
    Object.keys(defaults)
      .filter((name) => !Object.hasOwn(present, name))
      .sort();
  const [newRequests, newLimits] = [missing(request, requests), missing(limit, limits)];
  if (newRequests.length === 0 && newLimits.length === 0) return [];
  container.resources = { ...container.resources, limits: { ...limit, ...limits }, requests: { ...request, ...requests } };
  const note = (names: string[], kind: string): string[] =>
    names.length > 0 ? [`${names.join(', ')} ${kind} for ${what} ${container.name}`] : [];
  return [...note(newRequests, 'request'), ...note(newLimits, 'limit')];
}

/** Refuses a pod that asks for more or less than the LimitRanges of its namespace allow. Models limitranger PodValidateLimitFunc. */
export function refuseBeyondLimits(pod: Pod, store: Store): void {
  for (const range of rangesOf(store, pod.metadata.namespace)) {
    const ofContainers = limitsOf(range, 'Container').flatMap((limit) =>
      [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(({ resources }) =>
        problemsOf(limit, quantitiesOf(resources?.requests), quantitiesOf(resources?.limits)),
      ),
    );
    const ofPod = limitsOf(range, 'Pod').flatMap((limit) =>
      problemsOf(limit, podAmounts(pod.spec, 'requests'), podAmounts(pod.spec, 'limits')),
    );
    const problems = [...new Set([...ofContainers, ...ofPod])];
    if (problems.length === 0) continue;
    throw forbidden(
      { plural: 'pods', group: '', name: pod.metadata.name },
      problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`,
    );
  }
}

function problemsOf({ type, min, max, maxLimitRequestRatio }: Limit, requests: Quantities, limits: Quantities): string[] {
  const check = (
    bounds: Amounts | undefined,
    problem: (name: string, bound: Quantity, request?: Quantity, limit?: Quantity) => string | undefined,
  ): string[] => [...quantitiesOf(bounds)].flatMap(([name, bound]) => problem(name, bound, requests.get(name), limits.get(name)) ?? []);
  return [
    ...check(min, (name, bound, request, limit) => {
      const rule = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
      if (!request) return `${rule}.  No request is specified`;
      if (compareQuantities(request, bound) < 0) return `${rule}, but request is ${formatQuantity(request)}`;
      return limit && compareQuantities(limit, bound) < 0 ? `${rule}, but limit is ${formatQuantity(limit)}` : undefined;
    }),
    ...check(max, (name, bound, request, limit) => {
      const rule = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
      if (!limit) return `${rule}.  No limit is specified`;
      if (compareQuantities(limit, bound) > 0) return `${rule}, but limit is ${formatQuantity(limit)}`;
      return request && compareQuantities(request, bound) > 0 ? `${rule}, but request is ${formatQuantity(request)}` : undefined;
    }),
    ...check(maxLimitRequestRatio, (name, bound, request, limit) => {
      const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
      if (!request?.nano) return `${rule}, but no request is specified or request is 0`;
      if (!limit?.nano) return `${rule}, but no limit is specified or limit is 0`;
      const ratio = Number(limit.nano) / Number(request.nano);
      return ratio > Number(bound.nano) / 1e9 ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
    }),
  ];
}

function rangesOf(store: Store, namespace: string | undefined): LimitRange[] {
  return store.list('limitranges', namespace);
}

function limitsOf({ spec }: LimitRange, type: string): Limit[] {
  return (spec?.limits ?? []).filter((limit) => limit.type === type);
}
