import type { Container } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from '../../schema/quantity.ts';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName } from '../checks.ts';
import { qualifiedName } from '../name-problems.ts';

const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];
const STANDARD_EVERYWHERE = [...STANDARD, 'storage', 'pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers', 'requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'requests.storage']; // prettier-ignore
const NANO_PER_UNIT = 1_000_000_000n;

/** Models core/validation validateResourceRequirements. */
export function checkResources(field: string, { limits = {}, requests = {} }: NonNullable<Container['resources']>): StatusCause[] {
  const limitCauses = Object.entries(limits).flatMap(([name, value]) => checkAmount(`${field}.limits[${name}]`, name, parse(value)));
  const requestCauses = Object.entries(requests).flatMap(([name, value]) => [
    ...checkAmount(`${field}.requests[${name}]`, name, parse(value)),
    ...checkAgainstLimit(field, name, parse(value), limits[name] === undefined ? undefined : parse(limits[name])),
  ]);
  return [...limitCauses, ...requestCauses, ...checkHugePages(field, [...Object.keys(limits), ...Object.keys(requests)])];
}

function parse(value: string | number): Quantity {
  return parseQuantity(String(value));
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.split('/')[0]!.endsWith('kubernetes.io');
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** What may be promised more often than it is there. */
function mayBeOvercommitted(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

function checkAmount(field: string, name: string, quantity: Quantity): StatusCause[] {
  const text = formatQuantity(quantity);
  const isWhole = quantity.nano % NANO_PER_UNIT === 0n;
  const page = isHugePages(name) ? parseQuantity(name.slice('hugepages-'.length)) : undefined;
  const isPages = !page || (quantity.nano > 0n && quantity.nano % page.nano === 0n);
  return [
    ...checkResourceName(field, name),
    ...(quantity.nano < 0n ? [invalidValue(field, text, 'must be greater than or equal to 0')] : []),
    ...(!isNative(name) && !isWhole ? [invalidValue(field, text, 'must be an integer')] : []),
    ...(isPages ? [] : [invalidValue(field, text, `${text} is not positive integer multiple of ${name}`)]),
  ];
}

function checkResourceName(field: string, name: string): StatusCause[] {
  const causes = checkStandardName(field, name);
  if (!name.includes('/') && !STANDARD.includes(name) && !isHugePages(name)) {
    causes.push(invalidValue(field, name, 'must be a standard resource for containers'));
  }
  return causes;
}

/** A resource without a domain must be one that Kubernetes knows. */
export function checkStandardName(field: string, name: string): StatusCause[] {
  const causes = checkName(field, name, qualifiedName);
  if (causes.length > 0 || name.includes('/') || STANDARD_EVERYWHERE.includes(name) || isHugePages(name)) return causes;
  return [invalidValue(field, name, 'must be a standard resource type or fully qualified')];
}

function checkAgainstLimit(field: string, name: string, request: Quantity, limit: Quantity | undefined): StatusCause[] {
  if (!limit) {
    return mayBeOvercommitted(name) ? [] : [requiredValue(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(request, limit);
  const what = `${name} limit of ${formatQuantity(limit)}`;
  if (order !== 0 && !mayBeOvercommitted(name))
    return [invalidValue(`${field}.requests`, formatQuantity(request), `must be equal to ${what}`)];
  return order > 0 ? [invalidValue(`${field}.requests`, formatQuantity(request), `must be less than or equal to ${what}`)] : [];
}

function checkHugePages(field: string, names: readonly string[]): StatusCause[] {
  const isAlone = names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory');
  return isAlone ? [forbiddenValue(field, 'HugePages require cpu or memory')] : [];
}
