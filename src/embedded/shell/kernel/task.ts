/**
 * Starts a wait: keeps `wake` for when the wait is over, and answers a function that takes the wait back.
 * Waking up says only that something may have changed; whoever waited looks again.
 */
export type Wait = (wake: () => void) => () => void;

/** Work of a process that may have to wait: it yields each wait and goes on when woken. */
export type Task<T> = Generator<Wait, T, void>;

/** Goes on after everybody else who can run has had a turn. */
export const giveWay: Wait = (wake) => {
  wake();
  return () => undefined;
};
