/** RFC 3339 in UTC with whole seconds, as Kubernetes writes `creationTimestamp`. */
export function toSecondsTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** RFC 3339 in UTC with microseconds, as Kubernetes writes a MicroTime. */
export function toMicroTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/Z$/, '000Z');
}
