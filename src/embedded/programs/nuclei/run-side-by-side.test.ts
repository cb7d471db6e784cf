import { describe, expect, test } from 'vitest';
import { Broadcast } from '../../shell/kernel/broadcast.ts';
import { Scheduler } from '../../shell/kernel/scheduler.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { giveWay } from '../../shell/kernel/task.ts';
import { runSideBySide } from './run-side-by-side.ts';

/** A task that notes when it begins, waits for a signal, and notes when it ends. */
function noting(name: string, log: string[], signal: Broadcast): () => Task<void> {
  return function* () {
    log.push(`${name} begins`);
    yield signal.wait;
    log.push(`${name} ends`);
  };
}

describe('runSideBySide', () => {
  test('runs at most so many at a time, and ends with the last', () => {
    const scheduler = new Scheduler();
    const log: string[] = [];
    const signals = [new Broadcast(), new Broadcast(), new Broadcast()];
    scheduler.start(
      (function* () {
        yield* runSideBySide(
          ['a', 'b', 'c'].map((name, index) => noting(name, log, signals[index]!)),
          2,
        );
        log.push('over');
      })(),
    );
    void scheduler.run();
    expect(log).toEqual(['a begins', 'b begins']);
    signals[1]!.notify();
    void scheduler.run();
    expect(log.slice(2)).toEqual(['b ends', 'c begins']);
    signals[0]!.notify();
    signals[2]!.notify();
    void scheduler.run();
    expect(log.slice(4)).toEqual(['a ends', 'c ends', 'over']);
  });

  test('lets tasks take turns, also tasks within tasks', () => {
    const scheduler = new Scheduler();
    const log: string[] = [];
    const counting = (name: string) =>
      function* (): Task<void> {
        for (let turn = 1; turn <= 2; turn += 1) {
          log.push(`${name}${turn}`);
          yield giveWay;
        }
      };
    scheduler.start(runSideBySide([counting('a'), () => runSideBySide([counting('b'), counting('c')], 5)], 5));
    void scheduler.run();
    expect([...log].sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
    expect(log.indexOf('b1')).toBeLessThan(log.indexOf('a2'));
  });

  test('takes all waits back when its process ends', () => {
    const scheduler = new Scheduler();
    let isWaiting = false;
    const waiting = function* (): Task<void> {
      yield () => {
        isWaiting = true;
        return () => {
          isWaiting = false;
        };
      };
    };
    const coroutine = scheduler.start(runSideBySide([waiting], 1));
    void scheduler.run();
    expect(isWaiting).toBe(true);
    scheduler.drop(coroutine);
    expect(isWaiting).toBe(false);
  });

  test('does nothing without tasks', () => {
    expect(runSideBySide([], 3).next()).toEqual({ done: true, value: undefined });
  });
});
