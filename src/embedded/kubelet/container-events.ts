import type { EventType } from '../controllers/event-recorder.ts';
import type { ContainerSlot } from './container-slot.ts';
import type { NodeServices } from './node-services.ts';
import type { PodRecord } from './pod-record.ts';

/** Tells of a container, as part of its pod. */
export function tellOf(
  { events }: Pick<NodeServices, 'events'>,
  { pod }: PodRecord,
  slot: ContainerSlot,
  type: EventType,
  reason: string,
  message: string,
): void {
  events.record(pod, type, reason, message, { fieldPath: slot.fieldPath });
}
