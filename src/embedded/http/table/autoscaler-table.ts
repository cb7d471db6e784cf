import type { KubeObject } from '../../../kube/types/meta.ts';
import { since } from './human-duration.ts';
import { AGE, nameColumn, textColumn, type TableKind } from './table-kind.ts';

interface MetricTarget {
  averageValue?: string | number;
  value?: string | number;
  averageUtilization?: number;
}

interface MetricSource {
  name?: string;
  target?: MetricTarget;
  current?: MetricTarget;
}

interface MetricSpec {
  type: string;
  external?: MetricSource;
  pods?: MetricSource;
  object?: MetricSource;
  resource?: MetricSource;
  containerResource?: MetricSource;
}

interface HorizontalPodAutoscaler extends KubeObject {
  spec: { scaleTargetRef: { kind: string; name: string }; metrics?: MetricSpec[]; minReplicas?: number; maxReplicas: number };
  status?: { currentMetrics?: MetricSpec[]; currentReplicas?: number };
}

/** Models printers/internalversion printHorizontalPodAutoscaler. */
export const autoscalerTable: TableKind<HorizontalPodAutoscaler> = {
  columns: [nameColumn(), ...['Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas'].map((name) => textColumn(name)), AGE],
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    metricsText(spec.metrics ?? [], status?.currentMetrics ?? []),
    spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
    spec.maxReplicas,
    status?.currentReplicas ?? 0,
    since(metadata.creationTimestamp, nowMs),
  ],
};

const SHOWN_AT_MOST = 2;

function metricsText(specs: MetricSpec[], statuses: MetricSpec[]): string {
  if (specs.length === 0) return '<none>';
  const texts = specs.map((spec, index) => metricText(spec, statuses[index]));
  const shown = texts.slice(0, SHOWN_AT_MOST).join(', ');
  return texts.length > SHOWN_AT_MOST ? `${shown} + ${texts.length - SHOWN_AT_MOST} more...` : shown;
}

function metricText(spec: MetricSpec, status: MetricSpec | undefined): string {
  switch (spec.type) {
    case 'External':
      return valueText(spec.external, status?.external);
    case 'Object':
      return valueText(spec.object, status?.object);
    case 'Pods':
      return `${status?.pods?.current?.averageValue ?? '<unknown>'}/${spec.pods?.target?.averageValue ?? ''}`;
    case 'Resource':
      return resourceText(spec.resource, status?.resource);
    case 'ContainerResource':
      return resourceText(spec.containerResource, status?.containerResource);
    default:
      return '<unknown type>';
  }
}

function valueText(spec: MetricSource | undefined, status: MetricSource | undefined): string {
  const { averageValue, value } = spec?.target ?? {};
  return averageValue === undefined
    ? `${status?.current?.value ?? '<unknown>'}/${value ?? ''}`
    : `${status?.current?.averageValue ?? '<unknown>'}/${averageValue} (avg)`;
}

function resourceText(spec: MetricSource | undefined, status: MetricSource | undefined): string {
  const { averageValue, averageUtilization } = spec?.target ?? {};
  if (averageValue !== undefined) return `${spec?.name}: ${status?.current?.averageValue ?? '<unknown>'}/${averageValue}`;
  return `${spec?.name}: ${percent(status?.current?.averageUtilization, '<unknown>')}/${percent(averageUtilization, '<auto>')}`;
}

function percent(value: number | undefined, absent: string): string {
  return value === undefined ? absent : `${value}%`;
}
