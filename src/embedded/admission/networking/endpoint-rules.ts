import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { Endpoints, EndpointSlice } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { duplicateValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkImmutable, checkName, checkSupported } from '../checks.ts';
import { checkIp } from '../ip-validation.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Label, dns1123Subdomain, portNumber } from '../name-problems.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Rules for Endpoints. Models core/validation ValidateEndpoints. */
export const endpointsRules: KindRules<Endpoints> = {
  completeDefaults({ subsets = [] }) {
    for (const { ports = [] } of subsets) for (const port of ports) port.protocol ||= 'TCP';
  },
  validate(draft, previous) {
    const subsets = (draft.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
      const field = `subsets[${index}]`;
      const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
      return [
        ...(isEmpty ? [requiredValue(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
        ...addresses.flatMap(({ ip }, place) => checkEndpointIp(`${field}.addresses[${place}].ip`, ip ?? '')),
        ...notReadyAddresses.flatMap(({ ip }, place) => checkEndpointIp(`${field}.notReadyAddresses[${place}].ip`, ip ?? '')),
        ...ports.flatMap((port, place) => checkPort(`${field}.ports[${place}]`, port, ports.length > 1)),
      ];
    });
    return [...checkMetadata(draft, previous, dns1123Subdomain), ...subsets];
  },
};

/** Why: the server checks the form of the address twice, in different words. */
function checkEndpointIp(field: string, ip: string): StatusCause[] {
  const wrong = checkIp(field, ip);
  return wrong.length > 0 ? [...wrong, invalidValue(field, ip, 'must be a valid IP address')] : checkRange(field, ip);
}

/** Addresses that mean the machine itself, or no machine. Models core/validation ValidateNonSpecialIP. */
function checkRange(field: string, ip: string): StatusCause[] {
  const refuse = (detail: string) => [invalidValue(field, ip, detail)];
  if (ip === '0.0.0.0' || ip === '::') return refuse(`may not be unspecified (${ip})`);
  if (ip.startsWith('127.') || ip === '::1') return refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (ip.startsWith('169.254.') || /^fe[89ab]/i.test(ip)) return refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (/^224\.0\.0\./.test(ip) || /^ff02:/i.test(ip))
    return refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  return [];
}

function checkPort(
  field: string,
  { name, port, protocol }: { name?: string; port?: number; protocol?: string },
  isNamed: boolean,
): StatusCause[] {
  return [
    ...(isNamed && !name ? [requiredValue(`${field}.name`)] : []),
    ...(name ? checkName(`${field}.name`, name, dns1123Label) : []),
    ...portNumber(port ?? 0).map((problem) => invalidValue(`${field}.port`, port ?? 0, problem)),
    ...checkSupported(`${field}.protocol`, protocol, PROTOCOLS),
  ];
}

/** Rules for EndpointSlices. Models apis/discovery/v1/defaults.go and discovery/validation. */
export const endpointSliceRules: KindRules<EndpointSlice> = {
  completeDefaults({ ports }) {
    for (const port of ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate(draft, previous) {
    const addressType = draft.addressType as string;
    const types = checkSupported('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']);
    const names = (draft.ports ?? []).map(({ name = '' }) => name);
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...types,
      ...(types.length > 0 ? [] : checkEndpoints(draft, addressType)),
      ...names.flatMap((name, index) => (names.indexOf(name) < index ? [duplicateValue('ports', name)] : [])),
      ...(previous ? checkImmutable('addressType', previous.addressType !== draft.addressType, addressType) : []),
    ];
  },
};

function checkEndpoints({ endpoints }: EndpointSlice, addressType: string): StatusCause[] {
  return (endpoints ?? []).flatMap(({ addresses }, index) => {
    const field = `endpoints[${index}].addresses`;
    const list = addresses ?? [];
    if (list.length === 0) return [requiredValue(field, 'must contain at least 1 address')];
    return list.flatMap((address, place) => checkAddress(`${field}[${place}]`, address, addressType));
  });
}

function checkAddress(field: string, address: string, addressType: string): StatusCause[] {
  if (addressType === 'FQDN') return checkName(field, address, dns1123Subdomain);
  if (!isIP(address)) return checkIp(field, address);
  const isOfType = addressType === 'IPv4' ? isIPv4(address) : isIPv6(address);
  return isOfType ? checkRange(field, address) : [invalidValue(field, address, `must be an ${addressType} address`)];
}
