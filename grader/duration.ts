const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `90s`, `5m` or `1h30m`; throws for anything else. */
export function parseDuration(text: string): number {
  if (!/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/.test(text)) throw new Error(`"${text}" is not a duration such as 30s or 5m`);
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h)/g)) totalMs += Number(amount) * UNITS_MS[unit!]!;
  return totalMs;
}

/** A span of time for people: `0.4 s`, `12 s`, `3 min 20 s`. */
export function formatSpan(spanMs: number): string {
  const seconds = Math.round(spanMs / 1000);
  if (spanMs < 9_950) return `${(spanMs / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  if (seconds < 120) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest ? ` ${rest} s` : ''}`;
}
