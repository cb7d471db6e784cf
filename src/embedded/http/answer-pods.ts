import type { HttpHandler } from '../network/http.ts';
import { isStream, type ApiAnswer, type ApiCall } from './api-call.ts';

/** The API server as pods meet it on the network. A watch, which has no end, is refused: no program of the labs waits on one. */
export function answerPods(server: { handle(call: ApiCall): Promise<ApiAnswer> }): HttpHandler {
  return async ({ method, target, headers, body }) => {
    const answer = await server.handle({ method, path: target, headers, ...(body !== '' && { body }) });
    if (isStream(answer.body)) return { status: 501, headers: {}, body: 'the sandbox does not stream answers to pods\n' };
    const text = typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body).toString('utf8');
    return { status: answer.status, headers: plain(answer.headers), body: text };
  };
}

function plain(headers: ApiAnswer['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}
