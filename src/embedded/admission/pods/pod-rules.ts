import type { Container, Pod, PodSpec } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { cloneJson } from '../../../system/json.ts';
import { forbidden } from '../../api/api-error.ts';
import { forbiddenValue, invalidValue } from '../../schema/field-causes.ts';
import { applyLimitDefaults } from '../quota/limit-ranges.ts';
import type { KindRules, RuleContext } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';
import { checkPodSpec } from './pod-spec-validation.ts';
import { defaultPodSpec } from './pod-template-defaults.ts';
import { qosClassOf } from './quality-of-service.ts';
import type { Toleration } from './scheduling-validation.ts';
import { checkPodUpdate } from './pod-update-validation.ts';

const EVICTION_TOLERATION_SECONDS = 300;
const NODE_TROUBLES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/**
 * Rules for pods. Models registry/core/pod/strategy.go and the admission plugins LimitRanger, ServiceAccount, DefaultTolerationSeconds and Priority.
 * The volume with a service account's token is not added: nothing in the embedded cluster's pods could read the API with it.
 */
export const podRules: KindRules<Pod> = {
  completeDefaults(draft) {
    defaultPodSpec(draft.spec);
    for (const container of [...(draft.spec.initContainers ?? []), ...(draft.spec.containers ?? [])]) requestWhatIsLimited(container);
    draft.spec['enableServiceLinks'] ??= true;
    if (draft.spec['hostNetwork']) useHostPorts(draft.spec);
  },
  prepareForCreate(draft, context) {
    applyLimitDefaults(draft, context.store);
    useServiceAccount(draft, context);
    tolerateNodeTroubles(draft.spec);
    prioritize(draft);
    draft.status = { phase: 'Pending', qosClass: qosClassOf(draft.spec) };
  },
  validate(draft, previous) {
    const metadata = checkMetadata(draft, previous, dns1123Subdomain);
    if (previous) return [...metadata, ...checkPodUpdate(draft, previous)];
    const ephemeral = draft.spec['ephemeralContainers'] ? [forbiddenValue('spec.ephemeralContainers', 'cannot be set on create')] : [];
    return [...metadata, ...checkPodSpec('spec', draft.spec), ...checkImageSpaces(draft.spec), ...ephemeral];
  },
  /** Models registry/core/pod/strategy.go CheckGracefulDelete: pods that never ran, or have ended, need no grace. */
  gracePeriodSeconds({ spec, status }, options) {
    const asked = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
    if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
    return asked < 0 ? 1 : asked;
  },
};

function requestWhatIsLimited(container: Container): void {
  const { resources } = container;
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}

function useHostPorts(spec: PodSpec): void {
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    for (const port of (container.ports ?? []) as { containerPort: number; hostPort?: number }[]) port.hostPort ||= port.containerPort;
  }
}

/** Models plugin/pkg/admission/serviceaccount: the account must exist, unless the namespace has none at all yet. */
function useServiceAccount(draft: Pod, { store }: RuleContext): void {
  const { metadata, spec } = draft;
  const name = (spec.serviceAccountName ||= (spec['serviceAccount'] as string | undefined) || 'default');
  spec['serviceAccount'] = name;
  const account = store.get('serviceaccounts', metadata.namespace, name);
  if (!account && name !== 'default') {
    throw forbidden(
      { plural: 'pods', group: '', name: metadata.name },
      `error looking up service account ${metadata.namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  const secrets = account?.['imagePullSecrets'] as { name?: string }[] | undefined;
  if (!spec.imagePullSecrets?.length && secrets?.length) spec.imagePullSecrets = cloneJson(secrets);
}

/** Models plugin/pkg/admission/defaulttolerationseconds. */
function tolerateNodeTroubles(spec: PodSpec): void {
  const tolerations = (spec['tolerations'] as Toleration[] | undefined) ?? [];
  const isTolerated = (key: string) =>
    tolerations.some((toleration) => (toleration.key ?? key) === key && (toleration.effect === 'NoExecute' || !toleration.effect));
  const missing = NODE_TROUBLES.filter((key) => !isTolerated(key));
  if (missing.length === 0) return;
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: EVICTION_TOLERATION_SECONDS }));
  spec['tolerations'] = [...tolerations, ...added];
}

/** Models plugin/pkg/admission/priority for a cluster whose only priority classes are those of the system. */
function prioritize({ metadata, spec }: Pod): void {
  const target = { plural: 'pods', group: '', name: metadata.name };
  const className = spec['priorityClassName'] as string | undefined;
  const known = className ? SYSTEM_PRIORITIES[className] : 0;
  if (known === undefined) throw forbidden(target, `no PriorityClass with name ${className} was found`);
  const priority = spec['priority'] as number | undefined;
  if (priority !== undefined && priority !== known) {
    throw forbidden(
      target,
      `the integer value of priority (${priority}) must not be provided in pod spec; priority admission controller computed ${known} from the given PriorityClass name`,
    );
  }
  spec['priority'] = known;
  spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
}

const SYSTEM_PRIORITIES: Record<string, number> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

function checkImageSpaces(spec: PodSpec): StatusCause[] {
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ image = '' }, index) =>
      image === image.trim() ? [] : [invalidValue(`spec.${list}[${index}].image`, image, 'must not have leading or trailing whitespace')],
    ),
  );
}
