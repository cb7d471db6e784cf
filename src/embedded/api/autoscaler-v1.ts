import type { KubeObject } from '../../kube/types/meta.ts';
import { metricFromV1, metricToV1, type MetricV2 } from './autoscaler-metrics-v1.ts';
import type { Conversion, ResourceDefinition, ServedResource } from './resource.ts';

/** Annotations in which autoscaling/v1 keeps what it has no fields for. Models apis/autoscaling/annotations.go. */
const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT_METRICS = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;
const KEPT_IN_ANNOTATIONS = new Set([METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR]);

type Json = Record<string, unknown>;

interface AutoscalerV2 extends KubeObject {
  spec: Json & { metrics?: MetricV2[]; behavior?: Json };
  status?: Json & { currentMetrics?: MetricV2[] | null; conditions?: unknown[] | null };
}

interface AutoscalerV1 extends KubeObject {
  spec: Json & { targetCPUUtilizationPercentage?: number };
  status?: Json & { currentCPUUtilizationPercentage?: number };
}

/** HorizontalPodAutoscalers as autoscaling/v1 serves them: with one field for the CPU's utilization, and annotations for everything else. */
export function autoscalersInV1(autoscalers: ResourceDefinition): ServedResource {
  return { definition: { ...autoscalers, version: 'v1' }, stored: autoscalers, conversion: CONVERSION };
}

const CONVERSION: Conversion = {
  toServed: (object) => toV1(object as AutoscalerV2),
  toStored: (object) => toV2(object as AutoscalerV1),
};

function toV1({ metadata, spec, status }: AutoscalerV2): KubeObject {
  const { metrics: specs, behavior, ...plain } = spec;
  const { currentMetrics: statuses, conditions: states, ...counts } = status ?? {};
  // Why: a status that nobody has written yet has null for its lists.
  const [metrics, currentMetrics, conditions] = [specs ?? [], statuses ?? [], states ?? []];
  const others = metrics.filter((metric) => utilizationOf(metric, 'target') === undefined);
  const utilization = metrics.map((metric) => utilizationOf(metric, 'target')).find((value) => value !== undefined);
  const current = currentMetrics.map((metric) => utilizationOf(metric, 'current')).findLast((value) => value !== undefined);
  const kept = {
    ...(others.length > 0 && { [METRICS]: JSON.stringify(others.map((metric) => metricToV1(metric, 'target'))) }),
    ...(currentMetrics.length > 0 && { [CURRENT_METRICS]: JSON.stringify(currentMetrics.map((metric) => metricToV1(metric, 'current'))) }),
    ...(behavior && { [BEHAVIOR]: JSON.stringify(inGoCase(behavior)) }),
    ...(conditions.length > 0 && { [CONDITIONS]: JSON.stringify(conditions) }),
  };
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, kept),
    spec: { ...plain, ...(utilization !== undefined && { targetCPUUtilizationPercentage: utilization }) },
    ...(status && {
      status: {
        currentReplicas: 0,
        desiredReplicas: 0,
        ...counts,
        ...(current !== undefined && { currentCPUUtilizationPercentage: current }),
      },
    }),
  };
}

function toV2({ metadata, spec, status }: AutoscalerV1): KubeObject {
  const { targetCPUUtilizationPercentage: utilization, ...plain } = spec;
  const { currentCPUUtilizationPercentage: current, ...counts } = status ?? {};
  const kept = (key: string): unknown => parsed(metadata.annotations?.[key]);
  const metrics = [
    ...listOf(kept(METRICS)).map((metric) => metricFromV1(metric, 'target')),
    ...(utilization === undefined ? [] : [cpu({ target: { type: 'Utilization', averageUtilization: utilization } })]),
  ];
  const behavior = kept(BEHAVIOR);
  const measured = listOf(kept(CURRENT_METRICS)).map((metric) => metricFromV1(metric, 'current'));
  const currentMetrics = measured.length === 0 && current !== undefined ? [cpu({ current: { averageUtilization: current } })] : measured;
  const conditions = listOf(kept(CONDITIONS));
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, {}),
    spec: {
      ...plain,
      ...(metrics.length > 0 && { metrics }),
      ...(isFilled(behavior) && { behavior: inJsonCase(behavior) as Json }),
    },
    ...(status && {
      status: { ...counts, ...(currentMetrics.length > 0 && { currentMetrics }), ...(conditions.length > 0 && { conditions }) },
    }),
  };
}

function cpu(source: Json): MetricV2 {
  return { type: 'Resource', resource: { name: 'cpu', ...source } };
}

/** The share of the CPU that a metric is about, the one thing that v1 has a field for. */
function utilizationOf({ type, resource }: MetricV2, amount: 'target' | 'current'): number | undefined {
  const { name, [amount]: measured } = (resource ?? {}) as { name?: string } & Partial<Record<string, { averageUtilization?: number }>>;
  return type === 'Resource' && name === 'cpu' ? measured?.averageUtilization : undefined;
}

function withAnnotations(metadata: KubeObject['metadata'], kept: Record<string, string>): KubeObject['metadata'] {
  const { annotations, ...rest } = metadata;
  const own = Object.entries(annotations ?? {}).filter(([key]) => !KEPT_IN_ANNOTATIONS.has(key));
  const all = { ...Object.fromEntries(own), ...kept };
  return Object.keys(all).length > 0 ? { ...rest, annotations: all } : rest;
}

/** Undefined for what is no JSON; the real server takes no notice of it either. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : [];
}

function isFilled(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && Object.values(value).some((part) => part !== null);
}

/** Why: the annotation holds the rules under the names that they have in the server's memory. */
const SCALING_RULES = ['StabilizationWindowSeconds', 'SelectPolicy', 'Policies', 'Tolerance'] as const;

function inGoCase(behavior: Json): Json {
  const rules = (of: unknown): Json | null => {
    if (typeof of !== 'object' || of === null) return null;
    return Object.fromEntries(SCALING_RULES.map((name) => [name, goValue((of as Json)[lowered(name)])]));
  };
  return { ScaleUp: rules(behavior['scaleUp']), ScaleDown: rules(behavior['scaleDown']) };
}

function goValue(value: unknown): unknown {
  if (!Array.isArray(value)) return value ?? null;
  return (value as Json[]).map(({ type, value: amount, periodSeconds }) => ({ Type: type, Value: amount, PeriodSeconds: periodSeconds }));
}

/** Whatever the case of its names; what is null was not there. */
function inJsonCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inJsonCase);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(present.map(([name, item]) => [lowered(name), inJsonCase(item)]));
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
