import type { ContainerStatus, Pod } from '../../../kube/types/core.ts';
import type { Condition } from '../../../kube/types/meta.ts';
import type { PodPhase } from './pod-phase.ts';

/** A condition before it is known since when it holds. */
export interface ConditionDraft {
  type: string;
  status: 'True' | 'False';
  reason?: string;
  message?: string;
}

/** What conditions are made from. */
export interface ConditionFacts {
  pod: Pod;
  phase: PodPhase;
  statuses: readonly ContainerStatus[];
  /** The pod has a sandbox with a network. */
  hasSandbox: boolean;
  /** A main container has run. */
  hasBegun: boolean;
}

/** Types of conditions that the kubelet owns; others are left as they are. */
export const KUBELET_CONDITIONS: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/** The kubelet's conditions in the order in which it writes them; `others` are those of somebody else. Models kubelet/status/generate.go. */
export function kubeletConditions(facts: ConditionFacts, others: readonly Condition[]): ConditionDraft[] {
  const containersReady = containersReadyDraft(facts);
  return [
    { type: 'PodReadyToStartContainers', status: facts.hasSandbox ? 'True' : 'False' },
    initializedDraft(facts),
    readyDraft(facts, containersReady, others),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
}

function containersReadyDraft({ pod, phase, statuses }: ConditionFacts): ConditionDraft {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const isReady = new Map(statuses.map(({ name, ready }) => [name, ready]));
  const unready = [...sidecars, ...pod.spec.containers].filter(({ name }) => !isReady.get(name)).map(({ name }) => name);
  if (unready.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function readyDraft({ pod }: ConditionFacts, containersReady: ConditionDraft, others: readonly Condition[]): ConditionDraft {
  if (containersReady.status === 'False') return { ...containersReady, type: 'Ready' };
  const problems = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = others.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return condition.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  if (problems.length === 0) return { type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: problems.join(', ') };
}

function initializedDraft({ pod, phase, statuses, hasBegun }: ConditionFacts): ConditionDraft {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const incomplete = (pod.spec.initContainers ?? []).filter(({ name, restartPolicy }) => {
    const status = byName.get(name);
    return !(restartPolicy === 'Always' ? status?.started : status?.ready);
  });
  if (hasBegun || incomplete.length === 0) return { type, status: 'True' };
  const names = incomplete.map(({ name }) => name).join(' ');
  return { type, status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${names}]` };
}
