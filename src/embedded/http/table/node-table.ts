import type { Condition, KubeObject } from '../../../kube/types/meta.ts';
import { since } from './human-duration.ts';
import { AGE, nameColumn, textColumn, type TableKind } from './table-kind.ts';

interface Node extends KubeObject {
  spec?: { unschedulable?: boolean };
  status?: {
    conditions?: Condition[];
    addresses?: { type: string; address: string }[];
    nodeInfo?: { kubeletVersion?: string; osImage?: string; kernelVersion?: string; containerRuntimeVersion?: string };
  };
}

/** Models printers/internalversion printNode. */
export const nodeTable: TableKind<Node> = {
  columns: [
    nameColumn(),
    textColumn('Status'),
    textColumn('Roles'),
    AGE,
    textColumn('Version'),
    ...['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'].map((name) => textColumn(name, 1)),
  ],
  cells: (node, nowMs) => {
    const { kubeletVersion = '', osImage, kernelVersion, containerRuntimeVersion } = node.status?.nodeInfo ?? {};
    return [
      node.metadata.name,
      statusOf(node),
      rolesOf(node.metadata.labels ?? {}) || '<none>',
      since(node.metadata.creationTimestamp, nowMs),
      kubeletVersion,
      addressOf(node, 'InternalIP'),
      addressOf(node, 'ExternalIP'),
      osImage || '<unknown>',
      kernelVersion || '<unknown>',
      containerRuntimeVersion || '<unknown>',
    ];
  },
};

function statusOf({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const word = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function rolesOf(labels: Readonly<Record<string, string>>): string {
  const roles = Object.entries(labels).map(([key, value]) =>
    key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === 'kubernetes.io/role' ? value : '',
  );
  return [...new Set(roles.filter(Boolean))].sort().join(',');
}

function addressOf({ status }: Node, type: string): string {
  return status?.addresses?.find((address) => address.type === type)?.address ?? '<none>';
}
