import type { ContainerStatus, Event, Pod } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';

/** What a pod went through, without what differs from cluster to cluster: times, ids, addresses. */
export interface PodHistory {
  /** Each status that differs from the one before, in one line. */
  statuses: string[];
  /** Events by their type, reason and message, in the order of their first appearance. */
  events: string[];
}

/** Reads a pod's history out of what a watch of pods and events told. */
export function historyOf(name: string, told: readonly { type: string; object: KubeObject }[]): PodHistory {
  const statuses: string[] = [];
  const events = new Set<string>();
  for (const { type, object } of told) {
    if (object.kind === 'Pod' && object.metadata.name === name) {
      const line = type === 'DELETED' ? 'gone' : statusLine(object as Pod);
      if (line !== statuses.at(-1)) statuses.push(line);
    }
    const { involvedObject, type: eventType = '', reason = '', message = '' } = object as Event;
    if (object.kind === 'Event' && involvedObject.name === name) events.add(withoutIds(`${eventType} ${reason}: ${message}`, object));
  }
  return { statuses, events: [...events] };
}

function statusLine({ metadata, status = {} }: Pod): string {
  const { phase = '', reason, conditions = [], initContainerStatuses = [], containerStatuses = [] } = status;
  const containers = [...initContainerStatuses, ...containerStatuses].map(containerLine);
  const facts = conditions.map(({ type, status: value, reason: why }) => `${type}=${value}${why ? `/${why}` : ''}`);
  return [phase, reason, metadata.deletionTimestamp && 'deleting', ...containers, facts.join(' ')].filter(Boolean).join(' | ');
}

function containerLine({ name, state = {}, lastState = {}, ready, started, restartCount }: ContainerStatus): string {
  const { waiting, running, terminated } = state;
  const words = [
    `${name}:`,
    waiting && `waiting ${waiting.reason ?? ''}`,
    running && 'running',
    terminated && `ended ${terminated.reason ?? ''} ${terminated.exitCode}`,
    lastState.terminated && `(before: ${lastState.terminated.reason ?? ''} ${lastState.terminated.exitCode})`,
    restartCount > 0 && `restarts ${restartCount}`,
    ready && 'ready',
    started && 'started',
  ];
  return words.filter(Boolean).join(' ');
}

function withoutIds(text: string, { metadata }: KubeObject): string {
  return text
    .replaceAll(/_[a-z0-9-]+\([0-9a-f]{8}-[0-9a-f-]{27}\)/g, '_NAMESPACE(UID)')
    .replaceAll(`assigned ${metadata.namespace}/`, 'assigned NAMESPACE/')
    .replaceAll(/\bto [a-z-]+-control-plane\b/g, 'to NODE')
    .replaceAll(/\b10\.244\.0\.\d+\b/g, 'POD_IP');
}
