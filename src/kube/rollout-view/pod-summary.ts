import { BAD_ICON, OK_ICON, PROGRESSING_ICON, UNKNOWN_ICON, WARNING_ICON } from './tree-node.ts';
import type { ContainerStatus, Pod } from '../types/core.ts';

/** A pod in a word: what `kubectl get pods` prints under STATUS, READY and RESTARTS. */
export interface PodSummary {
  status: string;
  icon: string;
  ready: string;
  restarts: number;
}

/** Models pkg/kubectl-argo-rollouts/info newPodInfo. */
export function summarizePod(pod: Pod): PodSummary {
  const init = initState(pod);
  const main = init.reason === undefined ? mainState(pod) : { reason: init.reason, ready: 0, restarts: init.restarts };
  const status = deletionStatus(pod) ?? main.reason;
  return { status, icon: iconOf(status), ready: `${main.ready}/${pod.spec.containers.length}`, restarts: main.restarts };
}

/** Where the init containers are; no reason once they are all done or, for sidecars, ready. */
function initState(pod: Pod): { reason?: string; restarts: number } {
  const declared = pod.spec.initContainers ?? [];
  const sidecars = new Set(declared.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  let restarts = 0;
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    restarts += container.restartCount;
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (terminated) return { reason: `Init:${terminated.reason || exitOf(terminated)}`, restarts };
    const isStartedSidecar = sidecars.has(container.name) && container.started === true;
    if (isStartedSidecar && container.ready) continue;
    if (isStartedSidecar) break;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return { reason: `Init:${waiting.reason}`, restarts };
    return { reason: `Init:${index}/${declared.length}`, restarts };
  }
  return { restarts };
}

function mainState(pod: Pod): { reason: string; ready: number; restarts: number } {
  let reason = pod.status?.reason || pod.status?.phase || '';
  let ready = 0;
  let restarts = 0;
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    restarts += container.restartCount;
    const { waiting, terminated, running } = container.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = terminated.reason || exitOf(terminated);
    else if (container.ready && running) ready += 1;
  }
  return { reason: reason === 'Completed' && ready > 0 ? 'Running' : reason, ready, restarts };
}

function deletionStatus(pod: Pod): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
}

function exitOf(terminated: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): string {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

const ICONS: Record<string, string> = {
  Pending: PROGRESSING_ICON,
  Terminating: PROGRESSING_ICON,
  ContainerCreating: PROGRESSING_ICON,
  Running: OK_ICON,
  Completed: OK_ICON,
  Failed: BAD_ICON,
  InvalidImageName: BAD_ICON,
  CrashLoopBackOff: BAD_ICON,
  ImagePullBackOff: WARNING_ICON,
  RegistryUnavailable: WARNING_ICON,
  Unknown: UNKNOWN_ICON,
};

function iconOf(status: string): string {
  if (status.startsWith('Init:')) return PROGRESSING_ICON;
  if (status.startsWith('Signal:') || status.startsWith('ExitCode:')) return BAD_ICON;
  if (status.endsWith('Error') || status.startsWith('Err')) return WARNING_ICON;
  return ICONS[status] ?? ' ';
}
