import type { Container, PodSpec } from '../../../kube/types/core.ts';

/** What of a security context the standards look at. */
export interface SecurityContext {
  allowPrivilegeEscalation?: boolean;
  privileged?: boolean;
  procMount?: string;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type?: string };
  appArmorProfile?: { type?: string };
  seLinuxOptions?: { type?: string; user?: string; role?: string };
  sysctls?: { name: string }[];
  windowsOptions?: { hostProcess?: boolean };
}

export function contextOf(holder: Container | PodSpec): SecurityContext {
  return (holder['securityContext'] as SecurityContext | undefined) ?? {};
}

/** All containers in the order in which the standards name them. */
export function containersOf(spec: PodSpec): Container[] {
  const ephemeral = (spec['ephemeralContainers'] as Container[] | undefined) ?? [];
  return [...(spec.initContainers ?? []), ...spec.containers, ...ephemeral];
}

/** `container "a"`, `containers "a", "b"`; empty for none. */
export function nameContainers(containers: readonly Container[]): string {
  return containers.length === 0 ? '' : `${plural('container', containers.length)} ${quoted(containers.map(({ name }) => name))}`;
}

/** Who sets something: `pod`, `container "a"`, or both. */
export function nameSetters(isPod: boolean, containers: readonly Container[]): string {
  return [isPod ? 'pod' : '', nameContainers(containers)].filter(Boolean).join(' and ');
}

export function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(', ');
}

/** Each once, sorted. */
export function sortedOnce(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}

export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}
