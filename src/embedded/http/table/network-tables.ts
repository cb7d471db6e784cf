import type { Endpoints, EndpointSlice, Service } from '../../../kube/types/core.ts';
import type { KubeObject, LabelSelector } from '../../../kube/types/meta.ts';
import { formatLabelSelector } from '../../api/selectors.ts';
import { since } from './human-duration.ts';
import { AGE, nameColumn, textColumn, type TableKind } from './table-kind.ts';
import { labelsCell } from './workload-tables.ts';

interface LoadBalancerStatus {
  loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
}

export const serviceTable: TableKind<Service> = {
  columns: [
    nameColumn(),
    ...['Type', 'Cluster-IP', 'External-IP', 'Port(s)'].map((name) => textColumn(name)),
    AGE,
    textColumn('Selector', 1),
  ],
  cells: (service, nowMs) => [
    service.metadata.name,
    service.spec.type ?? '',
    service.spec.clusterIPs?.[0] ?? '<none>',
    externalAddress(service),
    (service.spec.ports ?? []).map(portText).join(',') || '<none>',
    since(service.metadata.creationTimestamp, nowMs),
    labelsCell(service.spec.selector),
  ],
};

function portText({ port, nodePort, protocol }: { port: number; nodePort?: number; protocol?: string }): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

function externalAddress({ spec, status }: Service): string {
  const external = (spec['externalIPs'] as string[] | undefined) ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer':
      return [...balancerAddresses(status), ...external].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function balancerAddresses(status: LoadBalancerStatus | undefined): string[] {
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  return [...new Set(addresses.filter(Boolean))].sort();
}

interface Ingress extends KubeObject {
  spec: { ingressClassName?: string; rules?: { host?: string }[]; tls?: unknown[] };
  status?: LoadBalancerStatus;
}

const SHOWN_AT_MOST = 3;

export const ingressTable: TableKind<Ingress> = {
  columns: [nameColumn(), ...['Class', 'Hosts', 'Address', 'Ports'].map((name) => textColumn(name)), AGE],
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    spec.ingressClassName ?? '<none>',
    hosts(spec.rules ?? []),
    balancerAddresses(status).join(','),
    spec.tls?.length ? '80, 443' : '80',
    since(metadata.creationTimestamp, nowMs),
  ],
};

function hosts(rules: { host?: string }[]): string {
  const shown: string[] = [];
  let isCut = false;
  for (const { host } of rules) {
    if (shown.length === SHOWN_AT_MOST) isCut = true;
    if (!isCut && host) shown.push(host);
  }
  if (shown.length === 0) return '*';
  return isCut ? `${shown.join(',')} + ${rules.length - SHOWN_AT_MOST} more...` : shown.join(',');
}

export const endpointsTable: TableKind<Endpoints> = {
  columns: [nameColumn(), textColumn('Endpoints'), AGE],
  cells: ({ metadata, subsets = [] }, nowMs) => [
    metadata.name,
    subsets.length === 0 ? '<none>' : cut(subsets.flatMap(subsetAddresses), ''),
    since(metadata.creationTimestamp, nowMs),
  ],
};

function subsetAddresses({ addresses = [], ports = [] }: NonNullable<Endpoints['subsets']>[number]): string[] {
  const ips = addresses.map(({ ip }) => ip);
  if (ports.length === 0) return ips;
  return ports.flatMap(({ port }) => ips.map((ip) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
}

/** The first few of a list, and how many follow. */
function cut(items: readonly string[], none: string): string {
  const shown = items.slice(0, SHOWN_AT_MOST).join(',');
  if (items.length > SHOWN_AT_MOST) return `${shown} + ${items.length - SHOWN_AT_MOST} more...`;
  return shown || none;
}

export const endpointSliceTable: TableKind<EndpointSlice> = {
  columns: [nameColumn(), ...['AddressType', 'Ports', 'Endpoints'].map((name) => textColumn(name)), AGE],
  cells: ({ metadata, addressType, ports, endpoints }, nowMs) => [
    metadata.name,
    addressType,
    cut(
      (ports ?? []).map(({ port, name }) => (port === undefined || port === null ? (name ?? '*') : String(port))),
      '<unset>',
    ),
    cut(
      (endpoints ?? []).flatMap(({ addresses }) => addresses ?? []),
      '<unset>',
    ),
    since(metadata.creationTimestamp, nowMs),
  ],
};

interface NetworkPolicy extends KubeObject {
  spec?: { podSelector?: LabelSelector };
}

export const networkPolicyTable: TableKind<NetworkPolicy> = {
  columns: [nameColumn(), textColumn('Pod-Selector'), AGE],
  cells: ({ metadata, spec }, nowMs) => [
    metadata.name,
    formatLabelSelector(spec?.podSelector) || '<none>',
    since(metadata.creationTimestamp, nowMs),
  ],
};
