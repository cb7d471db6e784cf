import type { Pod, PodSpec } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { forbidden, invalid, targetOf } from '../../api/api-error.ts';
import type { ApiRequest } from '../../api/request.ts';
import { groupResource } from '../../api/resource.ts';
import type { Store } from '../../store/store.ts';
import { BASELINE_CHECKS, type Violation } from './baseline-checks.ts';
import { describeStandard, isStricter, podSecurityPolicyOf, type PodSecurityPolicy, type SecurityStandard } from './pod-security-policy.ts';
import { RESTRICTED_CHECKS } from './restricted-checks.ts';
import { containersOf } from './security-context.ts';

/** The newest version that the standards know. */
const NEWEST_MINOR = 34;
/** Kinds with a pod template, which are warned about and never refused. */
const TEMPLATES: Readonly<Record<string, (object: KubeObject) => PodSpec | undefined>> = {
  'deployments.apps': templateSpec,
  'replicasets.apps': templateSpec,
  'statefulsets.apps': templateSpec,
  'daemonsets.apps': templateSpec,
  replicationcontrollers: templateSpec,
  'jobs.batch': templateSpec,
  'cronjobs.batch': (object) => templateSpec((object['spec'] as { jobTemplate?: KubeObject } | undefined)?.jobTemplate),
};

/**
 * Refuses pods that their namespace does not want, by its labels, and warns about templates of such pods and about labels that
 * pods break which are there already. Models pod-security-admission admission.go; custom kinds are not looked at, as there.
 */
export function admitPodSecurity(store: Store, request: ApiRequest, draft: KubeObject, previous: KubeObject | undefined): void {
  if (request.subresource !== undefined) return;
  const resource = groupResource(request.definition);
  if (resource === 'namespaces') admitNamespace(store, request, draft, previous);
  else if (resource === 'pods') admitPod(store, request, draft as Pod, previous as Pod | undefined);
  else if (TEMPLATES[resource]) warnOfTemplate(store, request, TEMPLATES[resource](draft), draft.metadata.namespace);
}

function admitPod(store: Store, request: ApiRequest, draft: Pod, previous: Pod | undefined): void {
  if (previous && !changesImages(draft, previous)) return;
  const { enforce, warn } = policyIn(store, draft.metadata.namespace);
  const violations = findViolations(enforce, draft.spec);
  if (violations.length > 0) {
    throw forbidden(
      targetOf(request.definition, draft.metadata.name),
      `violates PodSecurity "${describeStandard(enforce)}": ${detailsOf(violations)}`,
    );
  }
  warnOf(warn, draft.spec, request);
}

function warnOfTemplate(store: Store, request: ApiRequest, spec: PodSpec | undefined, namespace: string | undefined): void {
  if (spec?.containers && request.warn) warnOf(policyIn(store, namespace).warn, spec, request);
}

function warnOf(standard: SecurityStandard, spec: PodSpec, { warn }: ApiRequest): void {
  const violations = findViolations(standard, spec);
  if (violations.length > 0) warn?.(`would violate PodSecurity "${describeStandard(standard)}": ${detailsOf(violations)}`);
}

/** Labels have to be readable; when they come to ask for more, pods that don't keep to it are named. */
function admitNamespace(store: Store, request: ApiRequest, draft: KubeObject, previous: KubeObject | undefined): void {
  const policy = podSecurityPolicyOf(draft.metadata.labels ?? {});
  const before = previous && podSecurityPolicyOf(previous.metadata.labels ?? {});
  const isNew = JSON.stringify(policy.problems) !== JSON.stringify(before?.problems ?? []);
  if (policy.problems.length > 0 && isNew) throw invalid(request.definition, draft.metadata.name, policy.problems);
  if (before && isStricter(policy.enforce, before.enforce)) warnOfPods(store, request, draft.metadata.name, policy.enforce);
}

function warnOfPods(store: Store, { warn }: ApiRequest, namespace: string, standard: SecurityStandard): void {
  if (!warn) return;
  const namesByReasons = new Map<string, string[]>();
  for (const { metadata, spec } of byName(store.list('pods', namespace) as Pod[])) {
    const reasons = findViolations(standard, spec)
      .map(({ reason }) => reason)
      .join(', ');
    if (reasons !== '') namesByReasons.set(reasons, [...(namesByReasons.get(reasons) ?? []), metadata.name]);
  }
  if (namesByReasons.size === 0) return;
  warn(`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${describeStandard(standard)}"`);
  const lines = [...namesByReasons].map(([reasons, names]) => `${nameFirst(names)}: ${reasons}`);
  for (const line of lines.sort()) warn(line);
}

function byName(pods: readonly Pod[]): Pod[] {
  return [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function nameFirst([first, ...more]: readonly string[]): string {
  if (more.length === 0) return first!;
  return more.length === 1 ? `${first} (and 1 other pod)` : `${first} (and ${more.length} other pods)`;
}

function policyIn(store: Store, namespace: string | undefined): PodSecurityPolicy {
  return podSecurityPolicyOf(store.get('namespaces', undefined, namespace ?? '')?.metadata.labels ?? {});
}

/** What of a pod breaks a standard, baseline rules first. */
export function findViolations({ level, minor = NEWEST_MINOR }: SecurityStandard, spec: PodSpec): Violation[] {
  if (level === 'privileged') return [];
  const applies = ({ since }: { since: number }): boolean => since <= minor;
  const restricted = level === 'restricted' ? RESTRICTED_CHECKS.filter(applies) : [];
  const replaced = restricted.map(({ replaces }) => replaces);
  const baseline = BASELINE_CHECKS.filter((check) => applies(check) && !replaced.includes(check.id));
  return [...baseline, ...restricted].flatMap((check) => check.find(spec, minor) ?? []);
}

function detailsOf(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
}

function changesImages(draft: Pod, previous: Pod): boolean {
  const imagesOf = ({ spec }: Pod): string => JSON.stringify(containersOf(spec).map(({ image }) => image));
  return imagesOf(draft) !== imagesOf(previous);
}

function templateSpec(object: KubeObject | undefined): PodSpec | undefined {
  return (object?.['spec'] as { template?: { spec?: PodSpec } } | undefined)?.template?.spec;
}
