import { NetworkError, type HttpRequest, type HttpResponse, type VirtualNetwork } from '../../../network/http.ts';
import { AnalysisProblem } from '../analysis-problem.ts';

const CLUSTER_DNS = '10.96.0.10:53';
const USER_AGENT = 'Go-http-client/1.1';
const MOST_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A request as the controller's HTTP client makes it. */
export interface OutgoingRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
  timeoutMs: number;
}

/** Sends a request and follows redirects; throws an AnalysisProblem in the words of Go's net/http when there is no answer. */
export async function sendRequest(network: VirtualNetwork, request: OutgoingRequest): Promise<HttpResponse> {
  let current = request;
  for (let redirects = 0; ; redirects += 1) {
    const response = await exchange(network, current);
    const location = response.headers['location'];
    if (!REDIRECTS.has(response.status) || !location) return response;
    if (redirects + 1 >= MOST_REDIRECTS) throw problem({ ...current, url: location }, 'stopped after 10 redirects');
    current = redirected(current, response.status, location);
  }
}

/** After a 307 or 308 the request is made again as it was, otherwise it becomes a GET. */
function redirected(request: OutgoingRequest, status: number, location: string): OutgoingRequest {
  const url = new URL(location, request.url).href;
  if (status === 307 || status === 308) return { ...request, url };
  return { ...request, url, method: request.method === 'HEAD' ? 'HEAD' : 'GET', body: undefined };
}

async function exchange(network: VirtualNetwork, request: OutgoingRequest): Promise<HttpResponse> {
  const refusal = problemOfUrl(request);
  if (refusal) throw refusal;
  const isEncrypted = request.url.toLowerCase().startsWith('https:');
  const { method, headers, body, timeoutMs } = request;
  const lowerCased = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const sent: HttpRequest = {
    method,
    url: isEncrypted ? asPlain(request.url) : request.url,
    headers: { 'user-agent': USER_AGENT, 'accept-encoding': 'gzip', ...lowerCased },
    timeoutMs,
    ...(body !== undefined && { body }),
  };
  const response = await answerOf(network, sent, request);
  // Why: whoever listens on the virtual network speaks plain HTTP.
  if (isEncrypted) throw problem(request, 'http: server gave HTTP response to HTTPS client');
  return response;
}

async function answerOf(network: VirtualNetwork, sent: HttpRequest, request: OutgoingRequest): Promise<HttpResponse> {
  try {
    return await network.request({ kind: 'controller' }, sent);
  } catch (error) {
    if (error instanceof NetworkError) throw problem(request, inWordsOfGo(error));
    throw error;
  }
}

/** The same address without TLS, on the port that TLS would use. */
function asPlain(url: string): string {
  const { hostname, port, pathname, search } = new URL(url);
  return `http://${hostname}:${port || '443'}${pathname}${search}`;
}

function problem({ method, url }: { method: string; url: string }, why: string): AnalysisProblem {
  return new AnalysisProblem(`${method[0]}${method.slice(1).toLowerCase()} ${JSON.stringify(url)}: ${why}`);
}

/** What Go's client says about an address before it connects. */
function problemOfUrl({ method, url }: OutgoingRequest): AnalysisProblem | undefined {
  const unreadable = (why: string): AnalysisProblem => new AnalysisProblem(`parse ${JSON.stringify(url)}: ${why}`);
  if (url.startsWith(':')) return unreadable('missing protocol scheme');
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)?.[1]?.toLowerCase() ?? '';
  const host = /^[^:]*:\/\/([^/?#]*)/.exec(url)?.[1];
  if (host?.includes(' ')) return unreadable('invalid character " " in host name');
  if (host?.startsWith('[') && !host.includes(']')) return unreadable("missing ']' in host");
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(url)?.[0];
  if (escape !== undefined) return unreadable(`invalid URL escape ${JSON.stringify(escape)}`);
  if (scheme !== 'http' && scheme !== 'https') return problem({ method, url }, `unsupported protocol scheme ${JSON.stringify(scheme)}`);
  if (!host) return problem({ method, url: url.replace(/\/\/$/, '') }, 'http: no Host in request URL');
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? '80');
  if (port > 65_535) return problem({ method, url }, `dial tcp: address ${port}: invalid port`);
  return URL.canParse(url) ? undefined : unreadable('invalid host');
}

function inWordsOfGo({ code, message }: NetworkError): string {
  const subject = message.split(' ').at(-1)!;
  switch (code) {
    case 'ENOTFOUND':
      return `dial tcp: lookup ${subject} on ${CLUSTER_DNS}: no such host`;
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${subject}: i/o timeout`;
    case 'ECONNREFUSED':
      return `dial tcp ${subject}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${subject}: connect: no route to host`;
    case 'ETIMEDOUT':
      return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    default:
      return 'EOF';
  }
}
