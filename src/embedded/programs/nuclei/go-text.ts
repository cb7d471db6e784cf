const MS_PER_SECOND = 1000;
const SECONDS_PER_MINUTE = 60;

/** A duration as Go prints it: `0s`, `12ms`, `1.5s`, `2m3s`. */
export function formatGoDuration(durationMs: number): string {
  if (durationMs < MS_PER_SECOND) return durationMs === 0 ? '0s' : `${durationMs}ms`;
  const minutes = Math.floor(durationMs / MS_PER_SECOND / SECONDS_PER_MINUTE);
  const seconds = Number(((durationMs - minutes * SECONDS_PER_MINUTE * MS_PER_SECOND) / MS_PER_SECOND).toFixed(3));
  if (minutes === 0) return `${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return `${hours > 0 ? `${hours}h` : ''}${minutes % 60}m${seconds}s`;
}

/** Reads a duration as Go's flags do (`1s`, `1m30s`, `500ms`); undefined for anything else. */
export function parseGoDuration(text: string): number | undefined {
  const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  if (/^[-+]?0$/.test(text)) return 0;
  const match = /^([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (!match) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of match[2]!.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) totalMs += Number(amount) * UNITS[unit!]!;
  return match[1] === '-' ? -totalMs : totalMs;
}

/** A JSON text as Go writes it: like JSON.stringify, with `<`, `>` and `&` written as escapes. */
export function toGoJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
