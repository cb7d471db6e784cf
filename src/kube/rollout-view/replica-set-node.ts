import { humanDuration } from '../../system/time.ts';
import { summarizePod } from './pod-summary.ts';
import { byAge, compare, isOwnedBy, revisionOf } from './ownership.ts';
import { BAD_ICON, NEUTRAL_ICON, OK_ICON, PROGRESSING_ICON, toned, type ToneText, type TreeNode } from './tree-node.ts';
import type { Pod } from '../types/core.ts';
import type { Rollout } from '../types/rollouts.ts';
import type { ReplicaSet } from '../types/workloads.ts';

/** The label that tells the ReplicaSets of a Rollout apart. */
export const POD_HASH_LABEL = 'rollouts-pod-template-hash';

const DEADLINE_ANNOTATION = 'scale-down-deadline';

const ICONS: Record<string, string> = {
  Progressing: PROGRESSING_ICON,
  Healthy: OK_ICON,
  ReplicaFailure: BAD_ICON,
  ScaledDown: NEUTRAL_ICON,
};

/** What a ReplicaSet is to its Rollout: `stable`, and one of `canary`, `active` and `preview`. */
export function rolesOf(replicaSet: ReplicaSet, { spec, status = {} }: Rollout): string[] {
  const hash = replicaSet.metadata.labels?.[POD_HASH_LABEL] ?? '';
  const isStable = status.stableRS === hash;
  const { activeSelector, previewSelector } = status.blueGreen ?? {};
  const roles = isStable ? ['stable'] : [];
  if (spec.strategy?.canary && !isStable && status.currentPodHash === hash) roles.push('canary');
  if (spec.strategy?.blueGreen) {
    if (activeSelector === hash) roles.push('active');
    else if (previewSelector === hash) roles.push('preview');
  }
  return roles;
}

/** Newest revision first, then by name. */
export function byRevisionThenName(a: ReplicaSet, b: ReplicaSet): number {
  return revisionOf(b) - revisionOf(a) || compare(a.metadata.name, b.metadata.name);
}

/** A ReplicaSet with its roles and scale-down deadline, and below it its pods, oldest first. */
export function replicaSetNode(replicaSet: ReplicaSet, pods: readonly Pod[], roles: string[], nowMs: number): TreeNode {
  const status = healthOf(replicaSet);
  const deadline = replicaSet.metadata.annotations?.[DEADLINE_ANNOTATION];
  const delay = deadline ? [[{ text: `delay:${delayUntil(deadline, nowMs)}`, tone: undefined }]] : [];
  return {
    icon: '⧉',
    name: toned(replicaSet.metadata.name, roles.at(-1)),
    kind: 'ReplicaSet',
    statusIcon: ICONS[status] ?? ' ',
    status,
    createdAtMs: Date.parse(replicaSet.metadata.creationTimestamp ?? ''),
    info: [...roles.map((role): ToneText[] => [toned(role)]), ...delay],
    children: pods
      .filter((pod) => isOwnedBy(pod, replicaSet))
      .sort(byAge)
      .map(podNode),
  };
}

function podNode(pod: Pod): TreeNode {
  const { status, icon, ready, restarts } = summarizePod(pod);
  const plain = (text: string): ToneText[] => [{ text, tone: undefined }];
  return {
    icon: '□',
    name: { text: pod.metadata.name, tone: undefined },
    kind: 'Pod',
    statusIcon: icon,
    status,
    createdAtMs: Date.parse(pod.metadata.creationTimestamp ?? ''),
    info: [plain(`ready:${ready}`), ...(restarts > 0 ? [plain(`restarts:${restarts}`)] : [])],
    children: [],
  };
}

function healthOf({ spec, status, metadata }: ReplicaSet): string {
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) return 'Progressing';
  if (status?.conditions?.some((condition) => condition.type === 'ReplicaFailure' && condition.status === 'True')) return 'ReplicaFailure';
  if (spec.replicas !== undefined && (status?.availableReplicas ?? 0) < spec.replicas) return 'Progressing';
  return spec.replicas === 0 ? 'ScaledDown' : 'Healthy';
}

function delayUntil(deadline: string, nowMs: number): string {
  const deadlineMs = Date.parse(deadline);
  if (Number.isNaN(deadlineMs)) return '';
  return deadlineMs < nowMs ? 'passed' : humanDuration(deadlineMs - nowMs);
}
