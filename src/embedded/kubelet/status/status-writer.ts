import type { Pod, PodStatus } from '../../../kube/types/core.ts';
import { equalJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import type { NodeServices } from '../node-services.ts';
import type { PodRecord } from '../pod-record.ts';
import { podStatusOf } from './pod-status.ts';

/** Shows what is known of a pod in its status, if that says something else; a pod that is gone has none. Models pkg/kubelet/status/status_manager.go syncPod. */
export function writeStatus(services: NodeServices, record: PodRecord): void {
  const { api, clock, hostIP } = services;
  const { namespace, name, uid, generation } = record.pod.metadata;
  const newest = api.get<Pod>('pods', namespace, name);
  if (newest?.metadata.uid !== uid || !newest) return;
  const before = newest.status ?? {};
  const status = podStatusOf({
    pod: { ...newest, metadata: { ...newest.metadata, ...(generation !== undefined && { generation }) } },
    slots: record.slots,
    hostIP,
    podIP: record.addresses.podIP || undefined,
    hasSandbox: record.hasSandbox,
    startTime: before.startTime ?? toSecondsTimestamp(clock.now()),
    isEnding: record.isEnding,
    isTornDown: record.isTornDown,
    isOver: record.isOver,
    verdict: record.verdict,
    nowMs: clock.now(),
  });
  const changes = changesBetween(before, status);
  try {
    if (changes) {
      const body = { metadata: { uid }, status: changes };
      api.patch('pods', namespace, name, { type: 'merge', body }, 'status');
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  record.pod = { ...record.pod, status };
  record.publishedRuns.clear();
  for (const slot of record.slots) if (slot.isRunning) record.publishedRuns.set(slot, slot.current!);
}

/** A merge patch of the fields that differ; undefined when none does. Fields that the kubelet does not own stay. */
function changesBetween(before: PodStatus, after: PodStatus): Record<string, unknown> | undefined {
  const changes: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(after)) if (!equalJson(before[field], value)) changes[field] = value;
  for (const field of ['reason', 'message']) if (before[field] !== undefined && after[field] === undefined) changes[field] = null;
  return Object.keys(changes).length > 0 ? changes : undefined;
}
