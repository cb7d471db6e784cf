/** How often the agent compares the repository with the cluster. */
export const SYNC_PERIOD_MS = 10_000;

/** A line of the agent's log. */
export function logLine(message: string, nowMs: number): string {
  return JSON.stringify({ time: new Date(nowMs).toISOString(), message });
}
