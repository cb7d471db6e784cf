import type { PodSpec } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkBetween, checkSupported } from '../checks.ts';

const MOST_ID = 2 ** 31 - 1;

interface SeccompProfile {
  type?: string;
  localhostProfile?: string;
}

interface ContainerSecurity {
  runAsUser?: number;
  runAsGroup?: number;
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  capabilities?: { add?: string[] };
  procMount?: string;
  seccompProfile?: SeccompProfile;
  [field: string]: unknown;
}

interface PodSecurity extends ContainerSecurity {
  fsGroup?: number;
  supplementalGroups?: number[];
  sysctls?: { name?: string }[];
}

/** Models core/validation ValidateSecurityContext. */
export function checkContainerSecurity(field: string, value: unknown): StatusCause[] {
  if (!value) return [];
  const context = value as ContainerSecurity;
  return [
    ...checkIds(field, context),
    ...(context.procMount === undefined ? [] : checkSupported(`${field}.procMount`, context.procMount, ['Default', 'Unmasked'])),
    ...checkSeccomp(`${field}.seccompProfile`, context.seccompProfile),
    ...checkEscalation(field, context),
  ];
}

/** Models core/validation validatePodSpecSecurityContext. */
export function checkPodSecurity(spec: PodSpec, field = 'spec'): StatusCause[] {
  const place = `${field}.securityContext`;
  const context = (spec['securityContext'] ?? {}) as PodSecurity;
  const sharesProcesses = spec['shareProcessNamespace'] === true && spec['hostPID'] === true;
  return [
    ...checkBetween(`${place}.fsGroup`, context.fsGroup, 0, MOST_ID),
    ...checkIds(place, context),
    ...(context.supplementalGroups ?? []).flatMap((id, index) => checkBetween(`${place}.supplementalGroups[${index}]`, id, 0, MOST_ID)),
    ...(sharesProcesses
      ? [invalidValue(`${place}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : []),
    ...(context.sysctls ?? []).flatMap(({ name }, index) => checkSysctl(`${place}.sysctls[${index}].name`, name)),
    ...checkSeccomp(`${place}.seccompProfile`, context.seccompProfile),
  ];
}

function checkIds(field: string, { runAsUser, runAsGroup }: ContainerSecurity): StatusCause[] {
  return [...checkBetween(`${field}.runAsUser`, runAsUser, 0, MOST_ID), ...checkBetween(`${field}.runAsGroup`, runAsGroup, 0, MOST_ID)];
}

const SYSCTL_PATTERN = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';

function checkSysctl(field: string, name: string | undefined): StatusCause[] {
  if (!name) return [requiredValue(field)];
  const isSound = name.length <= 253 && new RegExp(SYSCTL_PATTERN).test(name);
  return isSound ? [] : [invalidValue(field, name, `must have at most 253 characters and match regex ${SYSCTL_PATTERN}`)];
}

function checkSeccomp(field: string, profile: SeccompProfile | undefined): StatusCause[] {
  if (!profile) return [];
  const isLocal = profile.type === 'Localhost';
  return [
    ...checkSupported(`${field}.type`, profile.type, ['Localhost', 'RuntimeDefault', 'Unconfined']),
    ...(isLocal && !profile.localhostProfile
      ? [requiredValue(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost')]
      : []),
    ...(!isLocal && profile.localhostProfile
      ? [invalidValue(`${field}.localhostProfile`, profile.localhostProfile, 'can only be set when seccomp type is Localhost')]
      : []),
  ];
}

function checkEscalation(field: string, context: ContainerSecurity): StatusCause[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  const addsAdmin = context.capabilities?.add?.includes('CAP_SYS_ADMIN') ?? false;
  return [
    ...(context.privileged
      ? [invalidValue(field, asInternal(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')]
      : []),
    ...(addsAdmin
      ? [invalidValue(field, asInternal(context), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')]
      : []),
  ];
}

/** Why: the server quotes its internal form of the context, whose fields are capitalised and all there. */
function asInternal(context: ContainerSecurity): Record<string, unknown> {
  const fields = 'capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile appArmorProfile'; // prettier-ignore
  return Object.fromEntries(fields.split(' ').map((name) => [internalName(name), context[name] ?? null]));
}

function internalName(name: string): string {
  return name === 'seLinuxOptions' ? 'SELinuxOptions' : name.charAt(0).toUpperCase() + name.slice(1);
}
