import type { Container, HttpGetAction, PodSpec, Probe } from '../../../kube/types/core.ts';
import {
  containersOf,
  contextOf,
  nameContainers,
  nameSetters,
  plural,
  quoted,
  sortedOnce,
  type SecurityContext,
} from './security-context.ts';

/** A rule of a security standard. */
export interface SecurityCheck {
  id: string;
  /** The minor version of Kubernetes that brought it. */
  since: number;
  /** Checks of the lower level that it takes the place of. */
  replaces?: string;
  /** What is wrong, in short and in detail; undefined when nothing is. */
  find(spec: PodSpec, minor: number): Violation | undefined;
}

export interface Violation {
  reason: string;
  detail: string;
}

const CAPABILITIES = ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']; // prettier-ignore

/** By the version that allowed them. */
const SYSCTLS: readonly [number, string[]][] = [
  [0, ['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start']], // prettier-ignore
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [29, ['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes']],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
];

const SELINUX_TYPES: readonly [number, string[]][] = [
  [0, ['', 'container_t', 'container_init_t', 'container_kvm_t']],
  [31, ['container_engine_t']],
];

/** The level `baseline`, in the order of messages. Models pod-security-admission policy. */
export const BASELINE_CHECKS: readonly SecurityCheck[] = [
  { id: 'appArmorProfile', since: 0, find: findAppArmor },
  { id: 'capabilities_baseline', since: 0, find: findCapabilities },
  { id: 'hostNamespaces', since: 0, find: findHostNamespaces },
  { id: 'hostPathVolumes', since: 0, find: findHostPaths },
  { id: 'hostPorts', since: 0, find: findHostPorts },
  { id: 'hostProbesAndHostLifecycle', since: 34, find: findHostsOfProbes },
  { id: 'privileged', since: 0, find: findPrivileged },
  { id: 'procMount', since: 0, find: findProcMount },
  { id: 'seLinuxOptions', since: 0, find: findSeLinux },
  { id: 'seccompProfile_baseline', since: 0, find: findSeccomp },
  { id: 'sysctls', since: 0, find: findSysctls },
  { id: 'windowsHostProcess', since: 0, find: findHostProcess },
];

function findAppArmor(spec: PodSpec): Violation | undefined {
  const isBad = ({ appArmorProfile }: SecurityContext): boolean => appArmorProfile !== undefined && !isProfile(appArmorProfile.type);
  const setters = settersOf(spec, isBad);
  if (!setters) return undefined;
  const types = sortedOnce(setters.contexts.map(({ appArmorProfile }) => appArmorProfile?.type ?? ''));
  return {
    reason: plural('forbidden AppArmor profile', types.length),
    detail: `${setters.names} must not set AppArmor profile type to ${quoted(types)}`,
  };
}

function findCapabilities(spec: PodSpec): Violation | undefined {
  return addedCapabilities(spec, CAPABILITIES, 'non-default capabilities');
}

/** Who adds capabilities that are not among these. */
export function addedCapabilities(spec: PodSpec, allowed: readonly string[], reason: string): Violation | undefined {
  const forbidden = (container: Container): string[] =>
    (contextOf(container).capabilities?.add ?? []).filter((capability) => !allowed.includes(capability));
  const bad = containersOf(spec).filter((container) => forbidden(container).length > 0);
  if (bad.length === 0) return undefined;
  const capabilities = quoted(sortedOnce(bad.flatMap(forbidden)));
  return { reason, detail: `${nameContainers(bad)} must not include ${capabilities} in securityContext.capabilities.add` };
}

function findHostNamespaces(spec: PodSpec): Violation | undefined {
  const set = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  return set.length === 0 ? undefined : { reason: 'host namespaces', detail: set.map((field) => `${field}=true`).join(', ') };
}

function findHostPaths({ volumes = [] }: PodSpec): Violation | undefined {
  const names = volumes.filter((volume) => volume['hostPath']).map(({ name }) => name);
  return names.length === 0 ? undefined : { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` };
}

function findHostPorts(spec: PodSpec): Violation | undefined {
  const portsOf = (container: Container): number[] =>
    ((container.ports ?? []) as { hostPort?: number }[]).flatMap(({ hostPort }) => (hostPort ? [hostPort] : []));
  const bad = containersOf(spec).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sortedOnce(bad.flatMap(portsOf).map(String));
  return { reason: 'hostPort', detail: `${uses(bad)} ${plural('hostPort', ports.length)} ${ports.join(', ')}` };
}

function findHostsOfProbes(spec: PodSpec): Violation | undefined {
  const bad = containersOf(spec).filter((container) => hostsAsked(container).length > 0);
  if (bad.length === 0) return undefined;
  const hosts = sortedOnce(bad.flatMap(hostsAsked));
  const named = [...bad].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    reason: 'probe or lifecycle host',
    detail: `${uses(named)} ${plural('probe or lifecycle host', hosts.length)} ${quoted(hosts)}`,
  };
}

function hostsAsked({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): string[] {
  const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
  return handlers.flatMap((handler) => {
    const { httpGet, tcpSocket } = (handler ?? {}) as { httpGet?: HttpGetAction; tcpSocket?: Probe['tcpSocket'] };
    return [httpGet?.host, tcpSocket?.host].flatMap((host) => (host ? [host] : []));
  });
}

function findPrivileged(spec: PodSpec): Violation | undefined {
  const bad = containersOf(spec).filter((container) => contextOf(container).privileged);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${nameContainers(bad)} must not set securityContext.privileged=true` };
}

function findProcMount(spec: PodSpec): Violation | undefined {
  const bad = containersOf(spec).filter((container) => (contextOf(container).procMount ?? 'Default') !== 'Default');
  if (bad.length === 0) return undefined;
  const types = quoted(sortedOnce(bad.map((container) => contextOf(container).procMount!)));
  return { reason: 'procMount', detail: `${nameContainers(bad)} must not set securityContext.procMount to ${types}` };
}

function findSeLinux(spec: PodSpec, minor: number): Violation | undefined {
  const allowed = knownBy(minor, SELINUX_TYPES);
  const isBadType = ({ seLinuxOptions }: SecurityContext): boolean => !allowed.includes(seLinuxOptions?.type ?? '');
  const setters = settersOf(
    spec,
    (context) => isBadType(context) || Boolean(context.seLinuxOptions?.user) || Boolean(context.seLinuxOptions?.role),
  );
  if (!setters) return undefined;
  const types = sortedOnce(setters.contexts.filter(isBadType).map(({ seLinuxOptions }) => seLinuxOptions?.type ?? ''));
  const wrong = [
    ...(types.length > 0 ? [`${plural('type', types.length)} ${quoted(types)}`] : []),
    ...(setters.contexts.some(({ seLinuxOptions }) => seLinuxOptions?.user) ? ['user may not be set'] : []),
    ...(setters.contexts.some(({ seLinuxOptions }) => seLinuxOptions?.role) ? ['role may not be set'] : []),
  ];
  return { reason: 'seLinuxOptions', detail: `${setters.names} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}` };
}

/** Who sets a seccomp profile that is none. */
export function findSeccomp(spec: PodSpec): Violation | undefined {
  const setters = settersOf(spec, ({ seccompProfile }) => seccompProfile !== undefined && !isProfile(seccompProfile.type));
  if (!setters) return undefined;
  const types = quoted(sortedOnce(setters.contexts.map(({ seccompProfile }) => seccompProfile?.type ?? '')));
  return { reason: 'seccompProfile', detail: `${setters.names} must not set securityContext.seccompProfile.type to ${types}` };
}

function findSysctls(spec: PodSpec, minor: number): Violation | undefined {
  const allowed = knownBy(minor, SYSCTLS);
  const forbidden = (contextOf(spec).sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name));
  return forbidden.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: forbidden.join(', ') };
}

function findHostProcess(spec: PodSpec): Violation | undefined {
  const setters = settersOf(spec, ({ windowsOptions }) => windowsOptions?.hostProcess === true);
  return setters && { reason: 'hostProcess', detail: `${setters.names} must not set securityContext.windowsOptions.hostProcess=true` };
}

/** Who sets something bad, the pod or containers of it. */
export function settersOf(
  spec: PodSpec,
  isBad: (context: SecurityContext) => boolean,
): { names: string; contexts: SecurityContext[] } | undefined {
  const pod = contextOf(spec);
  const containers = containersOf(spec).filter((container) => isBad(contextOf(container)));
  if (!isBad(pod) && containers.length === 0) return undefined;
  return { names: nameSetters(isBad(pod), containers), contexts: [...(isBad(pod) ? [pod] : []), ...containers.map(contextOf)] };
}

function isProfile(type: string | undefined): boolean {
  return type === 'RuntimeDefault' || type === 'Localhost';
}

function knownBy(minor: number, additions: readonly [number, string[]][]): string[] {
  return additions.flatMap(([since, names]) => (since <= minor ? names : []));
}

function uses(containers: readonly Container[]): string {
  return `${nameContainers(containers)} ${containers.length === 1 ? 'uses' : 'use'}`;
}
