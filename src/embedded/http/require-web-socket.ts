import { ApiError, badRequest } from '../api/api-error.ts';
import { headerOf, type ApiCall } from './api-call.ts';

/** The protocol to speak; throws what a server says that speaks none of those offered. Best first. */
export function requireWebSocket(call: ApiCall, subresource: string, known: readonly string[]): string {
  const upgrade = headerOf(call, 'upgrade');
  if (!upgrade) throw badRequest('Upgrade request required');
  const offered = (headerOf(call, 'sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
  const protocol = known.find((name) => offered.includes(name));
  if (upgrade.toLowerCase() !== 'websocket' || protocol === undefined) {
    const message = `pods/${subresource} is served over WebSockets only, with ${known.join(' or ')}: use kubectl 1.31 or later`;
    throw new ApiError(501, 'NotImplemented', message);
  }
  return protocol;
}
