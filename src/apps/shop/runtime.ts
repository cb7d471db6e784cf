/** The port the shop listens on, unless its environment says another in `PORT`. */
export const PORT = 8080;

/** How long the shop goes on answering after SIGTERM: longer than it takes the network to stop sending customers. */
export const DRAIN_MS = 3_000;

/** The first line of the shop's log. */
export function startLine(release: string, port: number, nowMs: number): string {
  return JSON.stringify({ time: new Date(nowMs).toISOString(), message: `shop ${release} listens on ${port}` });
}
