import type { ContainerStatus, Pod } from '../../../kube/types/core.ts';
import type { Verdict } from '../conditions.ts';
import { isTimeout, parseLastWords } from './last-words.ts';

const RUNNING_MESSAGE = 'Not all Steps in the Task have finished executing';
const PULL_FAILURES = new Set([
  'ImagePullBackOff',
  'ImageInspectError',
  'ErrImagePull',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'InvalidImageName',
]);

/** Whether every step has come to its end, or the pod has. Models pkg/pod/status.go areContainersCompleted, isPodCompleted. */
export function isPodComplete(pod: Pod): boolean {
  const { phase, containerStatuses = [] } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') return true;
  const steps = containerStatuses.filter(isStep);
  if (steps.some(wasOutOfMemory)) return true;
  return phase === 'Running' && steps.length > 0 && steps.every(({ state }) => state?.terminated);
}

export function didPodFail(pod: Pod): boolean {
  const steps = (pod.status?.containerStatuses ?? []).filter(isStep);
  return pod.status?.phase === 'Failed' || steps.some((step) => (step.state?.terminated?.exitCode ?? 0) !== 0 || wasOutOfMemory(step));
}

/** What a run says of itself by what its pod says. Models pkg/pod/status.go updateCompletedTaskRunStatus and updateIncompleteTaskRunStatus. */
export function verdictOfPod(pod: Pod, options: { ignoresFailure: boolean }): Verdict {
  if (!isPodComplete(pod)) return verdictOfUnfinished(pod);
  if (!didPodFail(pod)) return { status: 'True', reason: 'Succeeded', message: 'All Steps have completed executing' };
  return { status: 'False', reason: options.ignoresFailure ? 'FailureIgnored' : 'Failed', message: failureMessage(pod) };
}

function verdictOfUnfinished(pod: Pod): Verdict {
  const { phase, conditions = [], containerStatuses = [] } = pod.status ?? {};
  if (phase === 'Running') return { status: 'Unknown', reason: 'Running', message: RUNNING_MESSAGE };
  const isShortOfResources = conditions.some(({ reason, message }) => reason === 'Unschedulable' && message?.includes('Insufficient'));
  if (isShortOfResources)
    return { status: 'Unknown', reason: 'ExceededNodeResources', message: 'TaskRun Pod exceeded available resources' };
  const reasons = containerStatuses.map(({ state }) => state?.waiting?.reason);
  if (reasons.includes('CreateContainerConfigError'))
    return { status: 'False', reason: 'CreateContainerConfigError', message: 'Failed to create pod due to config error' };
  const reason = reasons.some((text) => text !== undefined && PULL_FAILURES.has(text)) ? 'PullImageFailed' : 'Pending';
  return { status: 'Unknown', reason, message: waitingMessage(pod) };
}

function waitingMessage({ status }: Pod): string {
  const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting?.message);
  if (waiting) return `build step "${waiting.name}" is pending with reason "${waiting.state!.waiting!.message}"`;
  const unmet = status?.conditions?.find((condition) => condition.status !== 'True');
  if (unmet) return `pod status "${unmet.type}":"${unmet.status}"; message: "${unmet.message ?? ''}"`;
  return status?.message || 'Pending';
}

function failureMessage({ status }: Pod): string {
  if (status?.reason === 'Evicted') return status.message ?? '';
  for (const container of status?.initContainerStatuses ?? []) {
    const message = containerFailure(container);
    if (message !== undefined) return `init container failed, ${message}`;
  }
  for (const container of status?.containerStatuses ?? []) {
    const message = containerFailure(container);
    if (message !== undefined) return message;
  }
  if (status?.message) return status.message;
  return status?.containerStatuses?.some(wasOutOfMemory) ? 'OOMKilled' : 'build failed for unspecified reasons.';
}

function containerFailure({ name, state }: ContainerStatus): string | undefined {
  const ended = state?.terminated;
  if (!ended) return undefined;
  if (isTimeout(parseLastWords(ended.message))) return `"${name}" exited because the step exceeded the specified timeout limit`;
  if (ended.exitCode === 0) return undefined;
  return `"${name}" exited with code ${ended.exitCode}${ended.reason ? `: ${ended.reason}` : ''}`;
}

export function isStep({ name }: { name: string }): boolean {
  return name.startsWith('step-');
}

function wasOutOfMemory({ state }: ContainerStatus): boolean {
  return state?.terminated?.reason === 'OOMKilled';
}
