import type { Condition, KubeObject } from '../../kube/types/meta.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import type { EventSink } from '../controllers/event-recorder.ts';

/** The one condition that says how a run is doing. */
const SUCCEEDED = 'Succeeded';

interface RunStatus {
  conditions?: Condition[];
}

export type Verdict = Pick<Condition, 'status'> & { reason: string; message: string };

export function succeededOf(run: { status?: RunStatus }): Condition | undefined {
  return run.status?.conditions?.find(({ type }) => type === SUCCEEDED);
}

export function isDone(run: { status?: RunStatus }): boolean {
  const status = succeededOf(run)?.status;
  return status === 'True' || status === 'False';
}

export function isSuccessful(run: { status?: RunStatus }): boolean {
  return succeededOf(run)?.status === 'True';
}

export function isFailed(run: { status?: RunStatus }): boolean {
  return succeededOf(run)?.status === 'False';
}

/** Sets the condition; its time moves whenever anything else in it does. Models knative.dev/pkg/apis SetCondition. */
export function setSucceeded(run: { status?: RunStatus }, { status, reason, message }: Verdict, nowMs: number): void {
  const current = succeededOf(run);
  if (current?.status === status && current.reason === reason && current.message === message) return;
  const others = (run.status?.conditions ?? []).filter(({ type }) => type !== SUCCEEDED);
  const condition: Condition = { type: SUCCEEDED, status, reason, message, lastTransitionTime: toSecondsTimestamp(nowMs) };
  run.status = { ...run.status, conditions: [...others, condition] };
}

/** Tells of a change of the condition. Models pkg/reconciler/events/k8sevent EmitK8sEvents. */
export function tellOfChange(events: EventSink, run: KubeObject, before: Condition | undefined, after: Condition | undefined): void {
  if (!after || isSameVerdict(before, after)) return;
  const { status, reason = '', message = '' } = after;
  if (status === 'True') events.record(run, 'Normal', 'Succeeded', message);
  else if (status === 'False') events.record(run, 'Warning', 'Failed', message);
  else if (!before) events.record(run, 'Normal', 'Started', '');
  else events.record(run, 'Normal', reason, message);
}

function isSameVerdict(before: Condition | undefined, after: Condition): boolean {
  return before?.status === after.status && before.reason === after.reason && before.message === after.message;
}
