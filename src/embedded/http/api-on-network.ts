import type { HttpHandler, HttpResponse } from '../network/http.ts';
import type { ApiAnswer } from './api-call.ts';
import type { ApiHandler } from './api-handler.ts';

/** Says that a request on the virtual network, which has no encryption, came through a connection that would be encrypted. */
export const TLS_HEADER = 'x-lab-tls';

/** The API server as pods reach it on the virtual network. Bodies that go on without end, as those of watches, are not served there. */
export function apiOnNetwork(handler: Pick<ApiHandler, 'handle'>): HttpHandler {
  return async ({ method, target, headers, body }): Promise<HttpResponse> => {
    const { [TLS_HEADER]: isTls, ...own } = headers;
    if (isTls === undefined) return { status: 400, headers: {}, body: 'Client sent an HTTP request to an HTTPS server.\n' };
    const answer = await handler.handle({ method, path: target, headers: own, ...(body !== '' && { body }) });
    return { status: answer.status, headers: plainHeaders(answer), body: textOf(answer) };
  };
}

function plainHeaders({ headers }: ApiAnswer): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function textOf({ body }: ApiAnswer): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '';
}
