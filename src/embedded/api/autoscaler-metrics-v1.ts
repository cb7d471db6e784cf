type Json = Record<string, unknown>;

interface Target {
  value?: unknown;
  averageValue?: unknown;
  averageUtilization?: number | undefined;
}

/** A metric of autoscaling/v2: its kind, and under the kind's name what is measured. */
export interface MetricV2 {
  type: string;
  [source: string]: unknown;
}

interface SourceV2 {
  name?: string;
  container?: string;
  metric?: { name?: string; selector?: unknown };
  describedObject?: Json;
  target?: Target;
  current?: Target;
}

/** Where each kind of metric says what it measures. */
const SOURCES: Readonly<Record<string, string>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
  External: 'external',
};

/** A metric, or with `current` what was measured, as autoscaling/v1 keeps it in an annotation. Models apis/autoscaling/v1/conversion.go. */
export function metricToV1(metric: MetricV2, amount: 'target' | 'current'): Json {
  const key = SOURCES[metric.type] ?? '';
  const source = metric[key] as SourceV2 | undefined;
  return { type: metric.type, ...(source && { [key]: sourceToV1(metric.type, source, amount) }) };
}

function sourceToV1(type: string, source: SourceV2, amount: 'target' | 'current'): Json {
  const { value, averageValue, averageUtilization } = source[amount] ?? {};
  const { name: metricName = '', selector } = source.metric ?? {};
  const name = (what: string): string => `${amount}${what}`;
  const isStatus = amount === 'current';
  switch (type) {
    case 'Object':
      return dense({ target: source.describedObject, metricName, [name('Value')]: value ?? '0', selector, averageValue });
    case 'Pods':
      return dense({ metricName, [name('AverageValue')]: averageValue ?? '0', selector });
    case 'External':
      return dense({
        metricName,
        metricSelector: selector,
        [name('Value')]: isStatus ? (value ?? '0') : value,
        [name('AverageValue')]: averageValue,
      });
    default:
      return dense({
        name: source.name,
        [name('AverageUtilization')]: averageUtilization,
        [name('AverageValue')]: isStatus ? (averageValue ?? '0') : averageValue,
        container: source.container,
      });
  }
}

/** The metric of autoscaling/v2 that an annotation of autoscaling/v1 means. */
export function metricFromV1(metric: Json, amount: 'target' | 'current'): MetricV2 {
  const type = String(metric['type']);
  const key = SOURCES[type] ?? '';
  const source = metric[key] as Json | undefined;
  return { type, ...(source && { [key]: sourceFromV1(type, source, amount) }) };
}

function sourceFromV1(type: string, source: Json, amount: 'target' | 'current'): Json {
  const of = (what: string): unknown => source[`${amount}${what}`];
  const metric = dense({ name: source['metricName'] ?? '', selector: source['selector'] ?? source['metricSelector'] });
  const amounts: Target =
    type === 'Object'
      ? { value: of('Value'), averageValue: source['averageValue'] }
      : { value: of('Value'), averageValue: of('AverageValue'), averageUtilization: of('AverageUtilization') as number | undefined };
  const measured = dense(amount === 'target' ? { type: targetType(type, amounts), ...amounts } : amounts);
  if (type === 'Object') return dense({ describedObject: source['target'], metric, [amount]: measured });
  if (type === 'Pods' || type === 'External') return { metric, [amount]: measured };
  return dense({ name: source['name'], container: source['container'], [amount]: measured });
}

function targetType(type: string, { value, averageValue, averageUtilization }: Target): string {
  if (type === 'Pods') return 'AverageValue';
  if (type === 'Object') return averageValue === undefined ? 'Value' : 'AverageValue';
  if (type === 'External') return value === undefined ? 'AverageValue' : 'Value';
  return averageUtilization === undefined ? 'AverageValue' : 'Utilization';
}

/** Without the fields that are not there. */
function dense(fields: object): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
