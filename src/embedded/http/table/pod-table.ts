import type { Container, ContainerStatus, Pod } from '../../../kube/types/core.ts';
import { since } from './human-duration.ts';
import { AGE, nameColumn, textColumn, type RowCondition, type TableKind } from './table-kind.ts';

/** Models printers/internalversion printPod. */
export const podTable: TableKind<Pod> = {
  columns: [
    nameColumn(),
    textColumn('Ready'),
    textColumn('Status'),
    textColumn('Restarts'),
    AGE,
    textColumn('IP', 1),
    textColumn('Node', 1),
    textColumn('Nominated Node', 1),
    textColumn('Readiness Gates', 1),
  ],
  cells(pod, nowMs) {
    const summary = summarize(pod);
    const { metadata, spec, status } = pod;
    return [
      metadata.name,
      `${summary.ready}/${summary.total}`,
      summary.word,
      restartsText(summary, nowMs),
      since(metadata.creationTimestamp, nowMs),
      status?.podIPs?.[0]?.ip || '<none>',
      spec.nodeName || '<none>',
      (status?.['nominatedNodeName'] as string | undefined) || '<none>',
      readinessGates(pod),
    ];
  },
  conditions: ({ status }) => CONDITIONS[status?.phase ?? ''],
};

const CONDITIONS: Record<string, RowCondition[]> = {
  Succeeded: [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }],
  Failed: [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }],
};

interface PodSummary {
  /** What the STATUS column says. */
  word: string;
  ready: number;
  total: number;
  restarts: number;
  /** RFC 3339; empty when nothing was restarted. */
  lastRestart: string;
}

function summarize(pod: Pod): PodSummary {
  const { spec, status = {} } = pod;
  const sidecars = (spec.initContainers ?? []).filter(isSidecar);
  const summary: PodSummary = {
    word: wordOfPod(pod),
    ready: 0,
    total: spec.containers.length + sidecars.length,
    restarts: 0,
    lastRestart: '',
  };
  const isInitializing = countInitContainers(pod, summary);
  if (!isInitializing || hasTrueCondition(pod, 'Initialized')) countContainers(pod, summary);
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') summary.word = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') summary.word = 'Terminating';
  }
  return summary;
}

function wordOfPod({ status = {} }: Pod): string {
  const isGated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return isGated ? 'SchedulingGated' : status.reason || (status.phase ?? '');
}

function isSidecar(container: Container | undefined): boolean {
  return container?.restartPolicy === 'Always';
}

/** Counts init containers up to the first that is not through; answers whether there is one. */
function countInitContainers({ spec, status }: Pod, summary: PodSummary): boolean {
  const declared = spec.initContainers ?? [];
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    noteRestarts(container, summary);
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar(declared.find(({ name }) => name === container.name)) && container.started) {
      if (container.ready) summary.ready += 1;
      continue;
    }
    if (terminated) summary.word = `Init:${terminated.reason || exitText(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') summary.word = `Init:${waiting.reason}`;
    else summary.word = `Init:${index}/${declared.length}`;
    return true;
  }
  return false;
}

/** Once the pod is initialized only its sidecars' restarts count beside those of its containers. */
function countContainers(pod: Pod, summary: PodSummary): void {
  const { spec, status } = pod;
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  summary.restarts = 0;
  summary.lastRestart = '';
  for (const container of status?.initContainerStatuses ?? []) if (sidecars.has(container.name)) noteRestarts(container, summary);
  let isRunning = false;
  for (const container of [...(status?.containerStatuses ?? [])].reverse()) {
    noteRestarts(container, summary);
    const { waiting, terminated, running } = container.state ?? {};
    if (waiting?.reason) summary.word = waiting.reason;
    else if (terminated) summary.word = terminated.reason || exitText(terminated);
    else if (container.ready && running) {
      isRunning = true;
      summary.ready += 1;
    }
  }
  if (summary.word === 'Completed' && isRunning) summary.word = hasTrueCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}

function noteRestarts({ restartCount, lastState }: ContainerStatus, summary: PodSummary): void {
  summary.restarts += restartCount;
  const finishedAt = lastState?.terminated?.finishedAt;
  if (finishedAt && (!summary.lastRestart || Date.parse(finishedAt) > Date.parse(summary.lastRestart))) summary.lastRestart = finishedAt;
}

function exitText({ signal, exitCode }: { signal?: number; exitCode: number }): string {
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function hasTrueCondition({ status }: Pod, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

function restartsText({ restarts, lastRestart }: PodSummary, nowMs: number): string {
  return restarts > 0 && lastRestart ? `${restarts} (${since(lastRestart, nowMs)} ago)` : String(restarts);
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  return `${gates.filter(({ conditionType }) => hasTrueCondition(pod, conditionType)).length}/${gates.length}`;
}
