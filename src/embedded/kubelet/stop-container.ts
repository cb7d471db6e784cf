import { runActivity, type Activity } from './activity.ts';
import { tellOf } from './container-events.ts';
import type { ContainerSlot } from './container-slot.ts';
import { runHook } from './lifecycle-hook.ts';
import type { NodeServices } from './node-services.ts';
import type { PodRecord } from './pod-record.ts';

/** Containers always get this long to end by themselves. */
const LEAST_GRACE_SECONDS = 2;

export interface StopOptions {
  /** What the event says. */
  message?: string;
  /** How long the container may take; what its pod grants unless said. */
  graceSeconds?: number;
  /** Containers that have to end first, as far as the grace allows. */
  after?: readonly ContainerSlot[];
}

/** Ends a container: its preStop hook, SIGTERM, and SIGKILL when its grace is over. Models kuberuntime_container.go killContainer. */
export function* stopContainer(
  services: NodeServices,
  record: PodRecord,
  slot: ContainerSlot,
  { message = `Stopping container ${slot.name}`, graceSeconds = graceOf(record), after = [] }: StopOptions,
): Activity {
  if (!slot.isRunning) return;
  slot.isStopping = true;
  tellOf(services, record, slot, 'Normal', 'Killing', message);
  let grace = graceSeconds - (yield* beforeStop(services, record, slot, graceSeconds));
  if (after.length > 0 && grace > 0) grace -= yield* waitForTurn(services, after, grace);
  if (!slot.isRunning) return;
  slot.process?.terminate();
  yield* within(services, Math.max(grace, LEAST_GRACE_SECONDS) * 1000, untilEnded([slot]));
  if (slot.isRunning) slot.process?.kill();
  yield* untilEnded([slot]);
}

/** Seconds that a pod grants its containers to end. */
export function graceOf({ pod: { metadata, spec } }: PodRecord): number {
  return metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? LEAST_GRACE_SECONDS;
}

/** Runs the preStop hook; answers how many whole seconds it took. */
function* beforeStop(services: NodeServices, record: PodRecord, slot: ContainerSlot, graceSeconds: number): Activity<number> {
  const { preStop } = slot.spec.lifecycle ?? {};
  if (!preStop || graceSeconds <= 0) return 0;
  const beganMs = services.clock.now();
  yield* within(services, graceSeconds * 1000, tellingHook());
  return Math.floor((services.clock.now() - beganMs) / 1000);

  function* tellingHook(): Activity {
    const problem = yield* runHook(services, record, slot, preStop!);
    if (problem !== undefined) tellOf(services, record, slot, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
  }
}

/** Models kuberuntime_termination_order.go waitForTurn. */
function* waitForTurn(services: NodeServices, others: readonly ContainerSlot[], graceSeconds: number): Activity<number> {
  const beganMs = services.clock.now();
  yield* within(services, graceSeconds * 1000, untilEnded(others));
  return Math.floor((services.clock.now() - beganMs) / 1000);
}

function* untilEnded(slots: readonly ContainerSlot[]): Activity {
  for (const slot of slots) {
    if (!slot.isRunning) continue;
    yield (resume) => slot.onEnd(resume);
  }
}

/** An activity for as long as there is time for it. */
function* within({ clock }: NodeServices, limitMs: number, activity: Activity): Activity {
  yield (resume) => {
    const cancelTimeout = clock.after(limitMs, () => {
      cancel();
      resume();
    });
    const cancel = runActivity(activity, () => {
      cancelTimeout();
      resume();
    });
    return () => {
      cancelTimeout();
      cancel();
    };
  };
}
