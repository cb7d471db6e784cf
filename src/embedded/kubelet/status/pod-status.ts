import type { Pod, PodStatus } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { qosClassOf } from '../../admission/pods/quality-of-service.ts';
import type { ContainerSlot } from '../container-slot.ts';
import { containerStatusOf } from './container-status.ts';
import { KUBELET_CONDITIONS, kubeletConditions, type ConditionDraft } from './pod-conditions.ts';
import { phaseOf, type PodPhase } from './pod-phase.ts';

/** What the kubelet knows of a pod. */
export interface PodFacts {
  pod: Pod;
  slots: readonly ContainerSlot[];
  hostIP: string;
  podIP: string | undefined;
  hasSandbox: boolean;
  /** Since when the kubelet has the pod. */
  startTime: string;
  /** None of the containers will run again. */
  isEnding: boolean;
  /** Everything of the pod is gone from the node: only then may its phase be final. */
  isTornDown: boolean;
  /** The kubelet is done with the pod: whatever it was, it has an end. */
  isOver: boolean;
  /** The kubelet itself put an end to the pod. */
  verdict: { reason: string; message: string } | undefined;
  nowMs: number;
}

/** The status of a pod. Models kubelet_pods.go generateAPIPodStatus and what the status manager makes of it. */
export function podStatusOf(facts: PodFacts): PodStatus {
  const { pod, slots, hostIP, podIP, startTime } = facts;
  const before = pod.status ?? {};
  const statuses = slots.map((slot) => containerStatusOf(pod, slot));
  const initCount = pod.spec.initContainers?.length ?? 0;
  const phase = facts.verdict ? 'Failed' : phaseOf(pod, slots, facts.isEnding);
  const shown = shownPhase(before.phase as PodPhase | undefined, facts.isOver && !isFinal(phase) ? 'Failed' : phase, facts.isTornDown);
  const isVerdictShown = facts.verdict && shown === 'Failed';
  const observedGeneration = pod.metadata.generation;
  return {
    ...(observedGeneration !== undefined && { observedGeneration }),
    phase: shown,
    conditions: conditionsOf(facts, phase, statuses),
    ...(isVerdictShown ? facts.verdict : keptReason(before, shown)),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] }),
    startTime,
    ...(initCount > 0 && { initContainerStatuses: statuses.slice(0, initCount) }),
    containerStatuses: statuses.slice(initCount),
    qosClass: qosClassOf(pod.spec),
  };
}

/** A final phase stays, and comes only when nothing of the pod is left on the node. */
function shownPhase(before: PodPhase | undefined, phase: PodPhase, isTornDown: boolean): PodPhase {
  if (before !== undefined && isFinal(before)) return before;
  return isFinal(phase) && !isTornDown ? (before ?? 'Pending') : phase;
}

function isFinal(phase: PodPhase): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Reason and message go with the phase that they were given for. */
function keptReason(before: PodStatus, phase: PodPhase): Pick<PodStatus, 'reason' | 'message'> {
  if (before.phase !== phase) return {};
  return {
    ...(before.reason !== undefined && { reason: before.reason }),
    ...(before.message !== undefined && { message: before.message }),
  };
}

function conditionsOf(facts: PodFacts, phase: PodPhase, statuses: NonNullable<PodStatus['containerStatuses']>): Condition[] {
  const { pod, slots, hasSandbox } = facts;
  const before = pod.status?.conditions ?? [];
  const others = before.filter(({ type }) => !KUBELET_CONDITIONS.has(type));
  const hasBegun = slots.some(({ kind, current }) => kind === 'main' && current !== undefined);
  const drafts = kubeletConditions({ pod, phase, statuses, hasSandbox, hasBegun }, others);
  return [...others, ...drafts.map((draft) => dated(draft, before, facts))];
}

function dated(draft: ConditionDraft, before: readonly Condition[], { pod, nowMs }: PodFacts): Condition {
  const earlier = before.find(({ type }) => type === draft.type);
  const isSame = earlier?.status === draft.status && earlier.lastTransitionTime !== undefined;
  const { generation } = pod.metadata;
  return {
    ...draft,
    ...(generation !== undefined && { observedGeneration: generation }),
    lastProbeTime: null,
    lastTransitionTime: isSame ? earlier.lastTransitionTime! : toSecondsTimestamp(nowMs),
  };
}
