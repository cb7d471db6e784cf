import { isIP, isIPv4 } from 'node:net';
import type { StatusCause } from '../../kube/types/meta.ts';
import { invalidValue } from '../schema/field-causes.ts';

/** An IP address of either family. */
export function checkIp(field: string, text: string): StatusCause[] {
  return isIP(text) ? [] : [invalidValue(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

/** A block of addresses such as 10.9.8.0/24. */
export function checkCidr(field: string, text: string): StatusCause[] {
  return isCidr(text) ? [] : [invalidValue(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

export function isCidr(text: string): boolean {
  const [address = '', length = '', more] = text.split('/');
  return more === undefined && isIP(address) !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= (isIPv4(address) ? 32 : 128);
}

/** Whether a block lies inside another and is smaller. IPv4 only; blocks of other families count as inside. */
export function isStrictSubset(inner: string, outer: string): boolean {
  const [address = '', length = ''] = inner.split('/');
  const [outerAddress = '', outerLength = ''] = outer.split('/');
  if (!isIPv4(address) || !isIPv4(outerAddress)) return Number(length) > Number(outerLength);
  const shift = 32 - Number(outerLength);
  const isInside = shift === 32 || numberOf(address) >>> shift === numberOf(outerAddress) >>> shift;
  return isInside && Number(length) > Number(outerLength);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
