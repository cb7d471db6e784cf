import type { PodSpec } from '../../../kube/types/core.ts';
import { parseQuantity } from '../../schema/quantity.ts';
import { containersOf } from './pod-template-defaults.ts';

const COUNTED = ['cpu', 'memory'] as const;

/** The quality-of-service class of a pod. Models apis/core/v1/helper/qos ComputePodQOS. */
export function qosClassOf(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const resources = containersOf(spec).map((container) => container.resources ?? {});
  const amounts = resources.flatMap(({ requests = {}, limits = {} }) => COUNTED.flatMap((name) => [requests[name], limits[name]]));
  if (!amounts.some(isPositive)) return 'BestEffort';
  const isGuaranteed = resources.every(({ requests = {}, limits = {} }) =>
    COUNTED.every((name) => isPositive(limits[name]) && (requests[name] === undefined || nano(requests[name]) === nano(limits[name]))),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function nano(value: string | number | undefined): bigint {
  return value === undefined ? 0n : parseQuantity(String(value)).nano;
}

function isPositive(value: string | number | undefined): boolean {
  return nano(value) > 0n;
}
