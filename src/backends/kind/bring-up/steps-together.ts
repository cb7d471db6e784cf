import type { Watched } from '../../../system/docker.ts';
import type { Step } from '../../backend.ts';
import { withClock } from '../waiting.ts';

type Act = (watched: Required<Watched>) => Promise<void>;

/** Makes steps of acts that all give up when one of them fails; each tells how long it has been at work. */
export function abortingTogether(): (act: Act) => Step['run'] {
  const abort = new AbortController();
  return (act) => async (detail) => {
    const clock = withClock(detail);
    try {
      await act({ onDetail: clock.detail, signal: abort.signal });
    } catch (error) {
      abort.abort();
      throw error;
    } finally {
      clock.stop();
    }
  };
}

/** A promise that one step keeps for another, which stops waiting when everything is given up. */
export function deferred<T = void>(): { resolve: (value: T) => void; promise: (signal: AbortSignal) => Promise<T> } {
  let resolve!: (value: T) => void;
  const kept = new Promise<T>((settle) => (resolve = settle));
  const promise = async (signal: AbortSignal): Promise<T> => {
    if (signal.aborted) throw new GivenUp();
    let giveUp!: () => void;
    const aborted = new Promise<never>((_settle, reject) => (giveUp = () => reject(new GivenUp())));
    signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([kept, aborted]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
  return { resolve, promise };
}

/** Why a step ended that did not fail itself. */
class GivenUp extends Error {}
