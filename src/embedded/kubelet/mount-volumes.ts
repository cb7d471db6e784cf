import { pause, type Activity } from './activity.ts';
import type { NodeServices } from './node-services.ts';
import type { PodRecord } from './pod-record.ts';
import { Timing } from './timings.ts';

/**
 * Sets up a pod's volumes, trying again what fails; answers false when it gives up, or when the pod has to leave meanwhile.
 * Models volumemanager WaitForAttachAndMount, with the reconciler's attempts.
 */
export function* mountVolumes({ clock, events }: NodeServices, record: PodRecord): Activity<boolean> {
  const giveUpMs = clock.now() + Timing.mountTimeoutMs;
  yield* pause(clock, Timing.mountReactionMs);
  for (let retryMs: number = Timing.firstMountRetryMs; !record.isLeaving; retryMs = Math.min(2 * retryMs, Timing.longestMountRetryMs)) {
    const failures = record.volumes.setUp();
    if (failures.length === 0) {
      yield* pause(clock, Timing.mountMs);
      return true;
    }
    for (const { volume, message } of failures) {
      events.record(record.pod, 'Warning', 'FailedMount', `MountVolume.SetUp failed for volume "${volume}" : ${message}`);
    }
    const remainingMs = giveUpMs - clock.now();
    yield* pause(clock, Math.min(retryMs, remainingMs));
    if (clock.now() >= giveUpMs) return false;
  }
  return false;
}
