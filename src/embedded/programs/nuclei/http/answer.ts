import type { HttpResponse } from '../../../network/http.ts';
import type { BuiltRequest } from './built-request.ts';

/** An answer and the request it belongs to; after redirects there is one for each. */
export interface Answer {
  request: BuiltRequest;
  status: number;
  /** Names in Go's spelling, in alphabetical order. */
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
  /** Whether the connection stays open for the next request. */
  keepsConnection: boolean;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  418: "I'm a Teapot",
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What a server adds that keeps the connection. */
const KEPT = { connection: 'keep-alive', 'keep-alive': 'timeout=5' };

/** Takes an answer off the virtual network, where servers do not add the date that every real one adds. */
export function receiveAnswer(request: BuiltRequest, { status, headers, body }: HttpResponse, nowMs: number): Answer {
  const { keepsConnection } = request;
  const all = { date: new Date(nowMs).toUTCString(), ...headers, ...(keepsConnection && KEPT) };
  const named = Object.entries(all).map(([name, value]) => [canonicalName(name), value] as const);
  const isBodiless = request.method === 'HEAD' || status === 204 || status === 304;
  return { request, status, headers: named.sort(([a], [b]) => (a < b ? -1 : 1)), body: isBodiless ? '' : body, keepsConnection };
}

/** A header's value by its name in Go's spelling. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1];
}

/** Status line and headers as Go writes them out: connection and length first, then by name, and a length of 0 last. Without a length, a server sends chunks. */
export function dumpHead({ request, status, headers, keepsConnection }: Answer): string {
  const length = headers.find(([name]) => name === 'Content-Length')?.[1];
  const mayHaveBody = request.method !== 'HEAD' && status !== 204 && status !== 304;
  const rest = headers.filter(([name]) => !['Content-Length', 'Transfer-Encoding', 'Trailer'].includes(name));
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? `status code ${status}`}`,
    ...(keepsConnection ? [] : ['Connection: close']),
    ...(length === undefined && mayHaveBody ? ['Transfer-Encoding: chunked'] : []),
    ...(length === undefined || length === '0' ? [] : [`Content-Length: ${length}`]),
    ...rest.map(([name, value]) => `${name}: ${value}`),
    ...(length === '0' && mayHaveBody ? ['Content-Length: 0'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}
