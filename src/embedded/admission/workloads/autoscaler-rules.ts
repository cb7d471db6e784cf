import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import { cloneJson } from '../../../system/json.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName, checkPositive, checkSupported } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain, pathSegment } from '../name-problems.ts';

interface ScalingRules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: string;
  policies?: { type: string; value: number; periodSeconds: number }[];
  tolerance?: unknown;
}

interface Metric {
  type: string;
  [source: string]: unknown;
}

interface Autoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { kind?: string; name?: string; apiVersion?: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: Metric[];
    behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules };
  };
}

const PERIOD_SECONDS = 15;
const UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS },
    { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS },
  ],
};
const DOWN: ScalingRules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }] };
const USUAL_UTILIZATION = 80;
/** Where each type of metric says what it measures. */
const SOURCES: Record<string, string> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

/** Rules for HorizontalPodAutoscalers, which are stored but not acted on. Models apis/autoscaling/v2/defaults.go and autoscaling/validation. */
export const autoscalerRules: KindRules<Autoscaler> = {
  completeDefaults({ spec }) {
    spec.minReplicas ??= 1;
    if (!spec.metrics?.length) {
      const target = { type: 'Utilization', averageUtilization: USUAL_UTILIZATION };
      spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
    }
    if (!spec.behavior) return;
    spec.behavior.scaleUp = { ...cloneJson(UP), ...spec.behavior.scaleUp };
    spec.behavior.scaleDown = { ...cloneJson(DOWN), ...spec.behavior.scaleDown };
  },
  validate(draft, previous) {
    const { minReplicas, maxReplicas, scaleTargetRef, metrics = [] } = draft.spec;
    const isLess = minReplicas !== undefined && maxReplicas < minReplicas;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...checkPositive('spec.minReplicas', minReplicas),
      ...checkPositive('spec.maxReplicas', maxReplicas),
      ...(isLess ? [invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')] : []),
      ...checkTarget('spec.scaleTargetRef', scaleTargetRef),
      ...metrics.flatMap((metric, index) => checkMetric(`spec.metrics[${index}]`, metric)),
    ];
  },
};

function checkTarget(field: string, { kind, name, apiVersion = '' }: Autoscaler['spec']['scaleTargetRef']): StatusCause[] {
  return [
    ...(kind ? checkName(`${field}.kind`, kind, pathSegment) : [requiredValue(`${field}.kind`)]),
    ...(name ? checkName(`${field}.name`, name, pathSegment) : [requiredValue(`${field}.name`)]),
    ...(apiVersion === '' ? [invalidValue(`${field}.apiVersion`, apiVersion, 'apiVersion must specify API group')] : []),
  ];
}

function checkMetric(field: string, metric: Metric): StatusCause[] {
  if (!Object.hasOwn(SOURCES, metric.type)) return checkSupported(`${field}.type`, metric.type, Object.keys(SOURCES));
  const source = SOURCES[metric.type]!;
  if (!metric[source]) return [requiredValue(`${field}.${source}`, 'must populate information for the given metric source')];
  return metric.type === 'Resource' ? checkResourceTarget(`${field}.resource.target`, metric[source]) : [];
}

function checkResourceTarget(field: string, source: unknown): StatusCause[] {
  const { target } = source as { target?: { averageUtilization?: number; averageValue?: unknown } };
  const isOpen = target?.averageUtilization === undefined && target?.averageValue === undefined;
  const isBoth = target?.averageUtilization !== undefined && target.averageValue !== undefined;
  return [
    ...checkPositive(`${field}.averageUtilization`, target?.averageUtilization),
    ...(isOpen ? [requiredValue(`${field}.averageUtilization`, 'must set either a target raw value or a target utilization')] : []),
    ...(isBoth
      ? [
          {
            ...requiredValue(`${field}.averageValue`),
            message: 'Forbidden: may not set both a target raw value and a target utilization',
            reason: 'FieldValueForbidden',
          },
        ]
      : []),
  ];
}
