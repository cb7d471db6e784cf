import type { Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { forbidden, targetOf, type ApiError } from '../../api/api-error.ts';
import type { ApiRequest } from '../../api/request.ts';
import { groupResource } from '../../api/resource.ts';
import { add, amountsOf, growth, only, printQuantities, quantitiesOf, type Quantities } from '../../schema/amounts.ts';
import { compareQuantities } from '../../schema/quantity.ts';
import type { Store } from '../../store/store.ts';
import { isInScope, resourcesTakenBy, unsaid, usageOf, type ResourceQuota } from './quota-usage.ts';

/** Kinds whose updates can take more than their creation did. */
const GROWING = ['services', 'persistentvolumeclaims'];

/** A quota with what will be used of it. */
export interface Charge {
  quota: ResourceQuota;
  used: Record<string, string>;
}

/**
 * What a write takes of the quotas of its namespace; throws 403 when that is more than there is left. A quota counts once its status
 * says what is used. Models apiserver plugin/resourcequota CheckRequest.
 */
export function chargesFor(store: Store, request: ApiRequest, draft: KubeObject, previous: KubeObject | undefined): Charge[] {
  const resource = groupResource(request.definition);
  const { namespace } = draft.metadata;
  if (request.subresource !== undefined || namespace === undefined || (previous && !GROWING.includes(resource))) return [];
  const quotas = store.list('resourcequotas', namespace) as ResourceQuota[];
  return quotas.flatMap((quota) => chargeFor(quota, { resource, request, draft, previous }) ?? []);
}

interface Write {
  resource: string;
  request: ApiRequest;
  draft: KubeObject;
  previous: KubeObject | undefined;
}

function chargeFor(quota: ResourceQuota, { resource, request, draft, previous }: Write): Charge | undefined {
  const hard = quantitiesOf(quota.status?.hard);
  const names = resourcesTakenBy(resource, [...hard.keys()]);
  if (names.length === 0 || !isInScope(quota, resource, draft)) return undefined;
  const refuse = (why: string): ApiError => forbidden(targetOf(request.definition, draft.metadata.name), why);
  const missing = resource === 'pods' ? unsaid(names, draft as Pod) : undefined;
  if (missing !== undefined) throw refuse(`failed quota: ${quota.metadata.name}: ${missing}`);
  const used = quantitiesOf(quota.status?.used);
  if (names.some((name) => !used.has(name))) {
    throw refuse(`status unknown for quota: ${quota.metadata.name}, resources: ${[...names].sort().join(',')}`);
  }
  const requested = nonZero(only(growth(usageOf(resource, draft), previous ? usageOf(resource, previous) : new Map()), names));
  if (requested.size === 0) return undefined;
  const after = add(used, requested);
  const exceeded = [...requested.keys()].filter((name) => compareQuantities(after.get(name)!, hard.get(name)!) > 0);
  if (exceeded.length > 0) {
    const [asked, before, most] = [requested, used, hard].map((quantities) => printQuantities(only(quantities, exceeded)));
    throw refuse(`exceeded quota: ${quota.metadata.name}, requested: ${asked}, used: ${before}, limited: ${most}`);
  }
  return { quota, used: amountsOf(after) };
}

function nonZero(quantities: Quantities): Quantities {
  return new Map([...quantities].filter(([, { nano }]) => nano !== 0n));
}
