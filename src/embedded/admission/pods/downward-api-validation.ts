import type { StatusCause } from '../../../kube/types/meta.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName, checkSupported } from '../checks.ts';
import { qualifiedName } from '../name-problems.ts';

/** Where the pod's fields can be read from: environment variables and volumes know different ones. */
export type DownwardUse = 'environment' | 'volume';

const FIELDS: Record<DownwardUse, readonly string[]> = {
  environment: [
    'metadata.name',
    'metadata.namespace',
    'metadata.uid',
    'spec.nodeName',
    'spec.serviceAccountName',
    'status.hostIP',
    'status.hostIPs',
    'status.podIP',
    'status.podIPs',
  ],
  volume: ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'],
};
const KNOWN_FIELDS = new Set([
  ...FIELDS.environment,
  ...FIELDS.volume,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.host',
]);
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

/** Checks a reference to a field of the pod. Models core/validation validateObjectFieldSelector. */
export function checkFieldRef(field: string, { fieldPath }: { fieldPath?: string }, use: DownwardUse): StatusCause[] {
  const place = `${field}.fieldPath`;
  if (!fieldPath) return [requiredValue(place)];
  const subscript = /^(.+)\['(.*)'\]$/.exec(fieldPath);
  if (subscript) return checkSubscript(field, subscript[1]!, subscript[2]!);
  if (!KNOWN_FIELDS.has(fieldPath)) {
    return [invalidValue(place, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`)];
  }
  return checkSupported(place, fieldPath, FIELDS[use]);
}

function checkSubscript(field: string, path: string, key: string): StatusCause[] {
  if (path === 'metadata.annotations') return checkName(field, key.toLowerCase(), qualifiedName);
  if (path === 'metadata.labels') return checkName(field, key, qualifiedName);
  return [
    invalidValue(
      `${field}.fieldPath`,
      `${path}['${key}']`,
      `error converting fieldPath: field label does not support subscript: ${path}['${key}']`,
    ),
  ];
}

/** Checks a reference to a container's resources. Models core/validation validateContainerResourceFieldSelector. */
export function checkResourceFieldRef(
  field: string,
  { resource, containerName }: { resource?: string; containerName?: string },
  use: DownwardUse,
): StatusCause[] {
  if (use === 'volume' && !containerName) return [requiredValue(`${field}.containerName`)];
  if (!resource) return [requiredValue(`${field}.resource`)];
  if (/^(?:limits|requests)\.hugepages-/.test(resource)) return [];
  return checkSupported(`${field}.resource`, resource, RESOURCES);
}
