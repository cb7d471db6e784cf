import type { PodSpec, Volume } from '../../../kube/types/core.ts';
import { addedCapabilities, findSeccomp, settersOf, type SecurityCheck, type Violation } from './baseline-checks.ts';
import { containersOf, contextOf, nameContainers, plural, quoted, sortedOnce } from './security-context.ts';

const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];
const OTHER_VOLUMES = ['hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'nfs', 'iscsi', 'glusterfs', 'rbd', 'flexVolume', 'cinder', 'cephfs', 'flocker', 'fc', 'azureFile', 'vsphereVolume', 'quobyte', 'azureDisk', 'photonPersistentDisk', 'portworxVolume', 'scaleIO', 'storageos']; // prettier-ignore

/** What the level `restricted` adds to the baseline, in the order of messages. Models pod-security-admission policy. */
export const RESTRICTED_CHECKS: readonly SecurityCheck[] = [
  { id: 'allowPrivilegeEscalation', since: 8, find: findEscalation },
  { id: 'capabilities_restricted', since: 22, replaces: 'capabilities_baseline', find: findCapabilities },
  { id: 'restrictedVolumes', since: 0, replaces: 'hostPathVolumes', find: findVolumes },
  { id: 'runAsNonRoot', since: 0, find: findRoot },
  { id: 'runAsUser', since: 23, find: findUserZero },
  { id: 'seccompProfile_restricted', since: 19, replaces: 'seccompProfile_baseline', find: findMissingSeccomp },
];

function findEscalation(spec: PodSpec): Violation | undefined {
  const bad = containersOf(spec).filter((container) => contextOf(container).allowPrivilegeEscalation !== false);
  if (bad.length === 0 || isWindows(spec)) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${nameContainers(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function findCapabilities(spec: PodSpec): Violation | undefined {
  if (isWindows(spec)) return undefined;
  const keeping = containersOf(spec).filter((container) => !contextOf(container).capabilities?.drop?.includes('ALL'));
  const dropping = keeping.length > 0 ? `${nameContainers(keeping)} must set securityContext.capabilities.drop=["ALL"]` : '';
  const adding = addedCapabilities(spec, ['NET_BIND_SERVICE'], '')?.detail ?? '';
  const detail = [dropping, adding].filter(Boolean).join('; ');
  return detail === '' ? undefined : { reason: 'unrestricted capabilities', detail };
}

function findVolumes({ volumes = [] }: PodSpec): Violation | undefined {
  const bad = volumes.filter((volume) => !VOLUMES.some((type) => volume[type]));
  if (bad.length === 0) return undefined;
  const types = sortedOnce(bad.map((volume) => OTHER_VOLUMES.find((type) => volume[type]) ?? 'unknown'));
  return {
    reason: 'restricted volume types',
    detail: `${nameVolumes(bad)} ${bad.length === 1 ? 'uses' : 'use'} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
}

function nameVolumes(volumes: readonly Volume[]): string {
  return `${plural('volume', volumes.length)} ${quoted(volumes.map(({ name }) => name))}`;
}

function findRoot(spec: PodSpec): Violation | undefined {
  const reason = 'runAsNonRoot != true';
  const setters = settersOf(spec, ({ runAsNonRoot }) => runAsNonRoot === false);
  if (setters) return { reason, detail: `${setters.names} must not set securityContext.runAsNonRoot=false` };
  if (contextOf(spec).runAsNonRoot) return undefined;
  const silent = containersOf(spec).filter((container) => contextOf(container).runAsNonRoot === undefined);
  return silent.length === 0
    ? undefined
    : { reason, detail: `pod or ${nameContainers(silent)} must set securityContext.runAsNonRoot=true` };
}

function findUserZero(spec: PodSpec): Violation | undefined {
  const setters = settersOf(spec, ({ runAsUser }) => runAsUser === 0);
  return setters && { reason: 'runAsUser=0', detail: `${setters.names} must not set runAsUser=0` };
}

function findMissingSeccomp(spec: PodSpec): Violation | undefined {
  if (isWindows(spec)) return undefined;
  const wrong = findSeccomp(spec);
  if (wrong || contextOf(spec).seccompProfile) return wrong;
  const silent = containersOf(spec).filter((container) => !contextOf(container).seccompProfile);
  if (silent.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${nameContainers(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}

function isWindows(spec: PodSpec): boolean {
  return (spec['os'] as { name?: string } | undefined)?.name === 'windows';
}
