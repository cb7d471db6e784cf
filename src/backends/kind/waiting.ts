import { setTimeout } from 'node:timers/promises';
import { ClusterError, TimeoutError } from '../../errors.ts';

export interface Wait {
  /** What is waited for, such as `the API server to answer`. */
  what: string;
  withinMs: number;
  /** Answers true when it is so; else how far it is, in words. */
  look: () => Promise<true | string>;
  detail: (text: string) => void;
  signal?: AbortSignal;
  hint?: string;
}

const FIRST_POLL_MS = 100;
const SLOWEST_POLL_MS = 300;

/** Waits until something is so, telling what is waited for and for how long; a cluster that cannot answer yet is waited for, too. Rejects with TimeoutError naming the last state. */
export async function waitFor({ what, withinMs, look, detail, signal, hint }: Wait): Promise<void> {
  const startMs = performance.now();
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(SLOWEST_POLL_MS, 1.5 * pollMs)) {
    signal?.throwIfAborted();
    const state = await look().catch(notYet);
    if (state === true) return;
    const waitedMs = performance.now() - startMs;
    if (waitedMs > withinMs) {
      throw new TimeoutError(`waited ${Math.round(withinMs / 1000)} s for ${what}; last seen: ${state}`, {
        ...(hint !== undefined && { hint }),
      });
    }
    detail(`waiting for ${what}: ${state} (${Math.round(waitedMs / 1000)} s)`);
    await setTimeout(pollMs);
  }
}

/** Why: while its parts come up, an API server refuses connections, and then knows for a moment of nobody's rights. */
function notYet(error: unknown): string {
  if (error instanceof ClusterError) return error.message;
  throw error;
}

/** Adds the seconds that have passed to whatever is told, so that a long step is seen to be alive. */
export function withClock(detail: (text: string) => void): { detail: (text: string) => void; stop: () => void } {
  const startMs = performance.now();
  let text = '';
  const show = (): void => detail(`${text} (${Math.round((performance.now() - startMs) / 1000)} s)`);
  const timer = setInterval(() => text !== '' && show(), 1_000);
  return {
    detail: (next) => {
      text = next;
      show();
    },
    stop: () => clearInterval(timer),
  };
}
