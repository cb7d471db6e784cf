import type { RolloutPauseCondition, RolloutStatus } from '../../../kube/types/rollouts.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';

export type PauseReason = 'BlueGreenPause' | 'CanaryPauseStep' | 'InconclusiveAnalysisRun' | 'InconclusiveExperiment';

/** What a pass decides about pausing and aborting; it becomes part of the status at the end. Models rollout/pause.go. */
export class PausePlan {
  readonly #before: RolloutStatus;
  readonly #added: PauseReason[] = [];
  readonly #removed = new Set<string>();
  #isCleared = false;
  #isAbortAdded = false;
  #isAbortRemoved = false;
  #abortMessage = '';

  /** `before` is the status at the beginning of the pass. */
  constructor(before: RolloutStatus) {
    this.#before = before;
  }

  get isAborted(): boolean {
    return !this.#isAbortRemoved && (this.#isAbortAdded || Boolean(this.#before.abort));
  }

  /** Why this pass aborted; empty for an abort that somebody else asked for. */
  get abortMessage(): string {
    return this.#abortMessage;
  }

  get addsPause(): boolean {
    return this.#added.length > 0;
  }

  addAbort(message: string): void {
    this.#isAbortAdded = true;
    this.#abortMessage = message;
  }

  removeAbort(): void {
    this.#isAbortRemoved = true;
  }

  addPause(reason: PauseReason): void {
    this.#added.push(reason);
  }

  removePause(reason: PauseReason): void {
    this.#removed.add(reason);
  }

  clearPauses(): void {
    this.#isCleared = true;
  }

  /** Writes the decisions into a status: an abort wins over every pause. Models pauseContext.CalculatePauseStatus. */
  writeTo(status: RolloutStatus, nowMs: number): void {
    if (this.#isAbortAdded || (!this.#isAbortRemoved && this.#before.abort)) {
      status.abort = true;
      status.abortedAt = this.#before.abortedAt ?? toSecondsTimestamp(nowMs);
      return;
    }
    delete status.abort;
    delete status.abortedAt;
    if (!this.#isCleared) this.#writePauses(status, nowMs);
  }

  #writePauses(status: RolloutStatus, nowMs: number): void {
    const earlier = this.#before.pauseConditions ?? [];
    const fresh = this.#added.filter((reason) => !earlier.some((condition) => condition.reason === reason));
    const startTime = toSecondsTimestamp(nowMs);
    const conditions = [...earlier.filter(({ reason }) => !this.#removed.has(reason)), ...fresh.map((reason) => ({ reason, startTime }))];
    if (conditions.length === 0) return;
    status.pauseConditions = conditions;
    if (fresh.length > 0 || this.#before.controllerPause) status.controllerPause = true;
    else delete status.controllerPause;
  }
}

/** The pause of a kind that the Rollout is in. */
export function pauseOf(status: RolloutStatus | undefined, reason: PauseReason): RolloutPauseCondition | undefined {
  return status?.pauseConditions?.find((condition) => condition.reason === reason);
}

/** Whether the Rollout waits for somebody, be it that it was paused or that it paused itself. */
export function isPaused({ spec, status }: { spec: { paused?: boolean }; status?: RolloutStatus }): boolean {
  return Boolean(spec.paused) || (status?.pauseConditions ?? []).length > 0;
}
