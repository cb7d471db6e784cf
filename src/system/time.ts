/** RFC 3339 in UTC with whole seconds, as Kubernetes writes `creationTimestamp`. */
export function toSecondsTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** RFC 3339 in UTC with microseconds, as Kubernetes writes a MicroTime. */
export function toMicroTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/Z$/, '000Z');
}

/** An age in two or three significant figures, such as `45s`, `5m12s`, `3h`, `2d4h`. Models k8s.io/apimachinery HumanDuration. */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1_000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 3 * 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return twoUnits(days, 'd', hours % 24, 'h');
  if (days < 2 * 365) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 8 * 365 ? twoUnits(years, 'y', days % 365, 'd') : `${years}y`;
}

function twoUnits(amount: number, unit: string, rest: number, restUnit: string): string {
  return `${amount}${unit}${rest === 0 ? '' : `${rest}${restUnit}`}`;
}
