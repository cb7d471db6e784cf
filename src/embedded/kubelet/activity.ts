import type { Cancel, Clock } from '../../system/clock.ts';

/** Begins to wait for something, and calls `resume` once when it has come; what is returned takes the wait back. */
export type Wait = (resume: () => void) => Cancel;

/** Work that takes time on the clock, written down step by step: a generator that yields what it waits for. */
export type Activity<T = void> = Generator<Wait, T, void>;

/** Carries an activity out; `onEnd` hears of its end, unless it is cancelled before. */
export function runActivity(activity: Activity, onEnd: () => void): Cancel {
  let cancelWait: Cancel = () => undefined;
  let isOver = false;
  const advance = (): void => {
    for (let hasResumed = true; hasResumed;) {
      const step = activity.next();
      if (step.done) {
        isOver = true;
        onEnd();
        return;
      }
      let isBeginning = true;
      hasResumed = false;
      cancelWait = step.value(() => {
        if (isOver || hasResumed) return;
        hasResumed = true;
        if (!isBeginning) advance();
      });
      isBeginning = false;
    }
  };
  advance();
  return () => {
    if (isOver) return;
    isOver = true;
    cancelWait();
    activity.return();
  };
}

/** Lets time pass. */
export function* pause(clock: Clock, delayMs: number): Activity {
  yield (resume) => clock.after(delayMs, resume);
}

/** Waits for an outcome that is told by a call. */
export function* outcomeOf<T>(begin: (done: (value: T) => void) => void): Activity<T> {
  let outcome: { value: T } | undefined;
  yield (resume) => {
    begin((value) => {
      outcome ??= { value };
      resume();
    });
    return () => undefined;
  };
  return outcome!.value;
}

/** Carries several activities out at the same time, to the end of the last. */
export function* together(activities: readonly Activity[]): Activity {
  if (activities.length === 0) return;
  yield (resume) => {
    let open = activities.length;
    const cancels = activities.map((activity) =>
      runActivity(activity, () => {
        open -= 1;
        if (open === 0) resume();
      }),
    );
    return () => cancels.forEach((cancel) => cancel());
  };
}
