/** The port the service listens on, unless its environment says another in `PORT`. */
export const PORT = 8080;

/** The first line of the service's log. */
export function startLine(port: number, nowMs: number): string {
  return JSON.stringify({ time: new Date(nowMs).toISOString(), message: `orders listens on ${port}` });
}
