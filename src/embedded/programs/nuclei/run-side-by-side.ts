import type { Task, Wait } from '../../shell/kernel/task.ts';

/** One task of several that take turns within a process. */
interface Strand {
  task: Task<void>;
  isReady: boolean;
  /** Counts waits, so that a wake-up that comes late does nothing. */
  waits: number;
  cancelWait: (() => void) | undefined;
}

/** Runs tasks of one process side by side, at most `limit` at a time; they take turns in the order they became ready. Ends with the last of them. */
export function* runSideBySide(tasks: readonly (() => Task<void>)[], limit: number): Task<void> {
  const pending = [...tasks];
  const ready: Strand[] = [];
  const waiting = new Set<Strand>();
  let wakeAll: (() => void) | undefined;
  const begin = (): void => {
    while (pending.length > 0 && ready.length + waiting.size < Math.max(1, limit)) {
      ready.push({ task: pending.shift()!(), isReady: true, waits: 0, cancelWait: undefined });
    }
  };
  const wake = (strand: Strand, wait: number): void => {
    if (strand.isReady || strand.waits !== wait) return;
    strand.isReady = true;
    strand.cancelWait = undefined;
    waiting.delete(strand);
    ready.push(strand);
    wakeAll?.();
  };
  const anyReady: Wait = (wakeOuter) => {
    wakeAll = wakeOuter;
    if (ready.length > 0) wakeOuter();
    return () => {
      for (const strand of waiting) strand.cancelWait?.();
    };
  };
  for (;;) {
    begin();
    const strand = ready.shift();
    if (strand) step(strand, waiting, wake);
    else if (waiting.size === 0) return;
    else {
      yield anyReady;
      wakeAll = undefined;
    }
  }
}

function step(strand: Strand, waiting: Set<Strand>, wake: (strand: Strand, wait: number) => void): void {
  const result = strand.task.next();
  if (result.done === true) return;
  const wait = ++strand.waits;
  strand.isReady = false;
  waiting.add(strand);
  const cancel = result.value(() => {
    wake(strand, wait);
  });
  if (waiting.has(strand) && strand.waits === wait) strand.cancelWait = cancel;
}
