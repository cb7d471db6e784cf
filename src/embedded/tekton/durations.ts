import { DurationError, parseGoDuration } from '../rollouts/analysis/go-duration.ts';

/** A run that names no time may take this long. */
export const DEFAULT_TIMEOUT = '1h0m0s';

/** Milliseconds of a time in a spec; undefined for none, and for a text that is none. Zero means: as long as it likes. */
export function timeoutMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (error instanceof DurationError) return undefined;
    throw error;
  }
}

/** As Go prints a duration of whole seconds: `1h0m0s`, `5m0s`, `30s`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${Number((seconds % 60).toFixed(3))}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
