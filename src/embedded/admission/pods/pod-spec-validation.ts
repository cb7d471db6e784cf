import type { PodSpec, PodTemplateSpec } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkBetween, checkName, checkSupported } from '../checks.ts';
import { checkIp } from '../ip-validation.ts';
import { checkAnnotations, checkLabels } from '../label-validation.ts';
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../name-problems.ts';
import { checkContainers, checkInitContainers } from './container-validation.ts';
import { checkAffinity, checkTolerations, checkTopologySpread, type Toleration } from './scheduling-validation.ts';
import { checkPodSecurity } from './security-validation.ts';
import { checkVolumes } from './volume-validation.ts';

const MOST_DEADLINE_SECONDS = 2 ** 31 - 1;
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** Checks the template of a workload. Models core/validation ValidatePodTemplateSpec. */
export function checkPodTemplate(field: string, template: PodTemplateSpec): StatusCause[] {
  const ephemeral = template.spec['ephemeralContainers'];
  return [
    ...checkLabels(`${field}.labels`, template.metadata?.labels),
    ...checkAnnotations(`${field}.annotations`, template.metadata?.annotations),
    ...checkPodSpec(`${field}.spec`, template.spec),
    ...(ephemeral ? [forbiddenValue(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')] : []),
  ];
}

/** Checks the spec of a pod or of a template. Models core/validation ValidatePodSpec. */
export function checkPodSpec(field: string, spec: PodSpec): StatusCause[] {
  const { causes, names } = checkVolumes(`${field}.volumes`, spec.volumes ?? []);
  return [
    ...causes,
    ...checkContainers(`${field}.containers`, spec, names),
    ...checkInitContainers(`${field}.initContainers`, spec, names),
    ...checkHostNetwork(field, spec),
    ...checkSupported(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...checkDns(field, spec),
    ...checkLabels(`${field}.nodeSelector`, spec.nodeSelector),
    ...checkPodSecurity(spec, field),
    ...checkAffinity(`${field}.affinity`, spec['affinity']),
    ...checkGates(field, spec),
    ...checkTopologySpread(`${field}.topologySpreadConstraints`, (spec['topologySpreadConstraints'] as object[] | undefined) ?? []),
    ...checkNames(field, spec),
    ...checkBetween(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, MOST_DEADLINE_SECONDS),
    ...checkTolerations(`${field}.tolerations`, (spec['tolerations'] as Toleration[] | undefined) ?? []),
    ...checkHostAliases(`${field}.hostAliases`, (spec['hostAliases'] as HostAlias[] | undefined) ?? []),
    ...checkOs(`${field}.os`, spec['os'] as { name?: string } | undefined),
  ];
}

function checkHostNetwork(field: string, spec: PodSpec): StatusCause[] {
  if (!spec['hostNetwork']) return [];
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) =>
      (container.ports ?? []).flatMap((port, portIndex) => {
        const { hostPort } = port as { hostPort?: number };
        if (hostPort === port.containerPort) return [];
        const place = `${field}.${list}[${index}].ports[${portIndex}].hostPort`;
        return [invalidValue(place, hostPort ?? 0, 'must match `containerPort` when `hostNetwork` is true')];
      }),
    ),
  );
}

interface DnsConfig {
  nameservers?: string[];
  searches?: string[];
  options?: { name?: string }[];
}

const MOST_NAMESERVERS = 3;

function checkDns(field: string, spec: PodSpec): StatusCause[] {
  const policy = spec['dnsPolicy'] as string;
  const config = spec['dnsConfig'] as DnsConfig | undefined;
  const place = `${field}.dnsConfig`;
  const nameservers = config?.nameservers ?? [];
  const isMissing = policy === 'None' && !config;
  return [
    ...checkSupported(`${field}.dnsPolicy`, policy, DNS_POLICIES),
    ...(isMissing ? [requiredValue(place, 'must provide `dnsConfig` when `dnsPolicy` is None')] : []),
    ...(policy === 'None' && config && nameservers.length === 0
      ? [requiredValue(`${place}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
      : []),
    ...(nameservers.length > MOST_NAMESERVERS
      ? [invalidValue(`${place}.nameservers`, nameservers, `must not have more than ${MOST_NAMESERVERS} nameservers`)]
      : []),
    ...nameservers.flatMap((address, index) => checkIp(`${place}.nameservers[${index}]`, address)),
    ...(config?.options ?? []).flatMap(({ name }, index) =>
      name ? [] : [requiredValue(`${place}.options[${index}]`, 'must not be empty')],
    ),
  ];
}

function checkGates(field: string, spec: PodSpec): StatusCause[] {
  const scheduling = (spec['schedulingGates'] as { name?: string }[] | undefined) ?? [];
  return [
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, index) =>
      checkName(`${field}.readinessGates[${index}].conditionType`, conditionType ?? '', qualifiedName),
    ),
    ...scheduling.flatMap(({ name }, index) => checkName(`${field}.schedulingGates[${index}]`, name ?? '', qualifiedName)),
  ];
}

function checkNames(field: string, spec: PodSpec): StatusCause[] {
  const subdomains = ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'];
  const labels = ['hostname', 'subdomain'];
  const check = (names: string[], problems: typeof dns1123Label) =>
    names.flatMap((name) => (spec[name] ? checkName(`${field}.${name}`, spec[name] as string, problems) : []));
  return [...check(subdomains, dns1123Subdomain), ...check(labels, dns1123Label)];
}

interface HostAlias {
  ip?: string;
  hostnames?: string[];
}

function checkHostAliases(field: string, aliases: readonly HostAlias[]): StatusCause[] {
  return aliases.flatMap(({ ip = '', hostnames = [] }, index) => [
    ...checkIp(`${field}[${index}].ip`, ip),
    ...hostnames.flatMap((name, place) => checkName(`${field}[${index}].hostnames[${place}]`, name, dns1123Subdomain)),
  ]);
}

function checkOs(field: string, os: { name?: string } | undefined): StatusCause[] {
  if (!os) return [];
  return os.name ? checkSupported(field, os.name, ['linux', 'windows']) : [requiredValue(`${field}.name`, 'cannot be empty')];
}
