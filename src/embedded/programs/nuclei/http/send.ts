import type { HttpRequest, NetworkErrorCode } from '../../../network/http.ts';
import type { Process } from '../../../shell/kernel/process.ts';
import type { Task } from '../../../shell/kernel/task.ts';
import type { Answer } from './answer.ts';
import { headerOf, receiveAnswer } from './answer.ts';
import type { BuiltRequest } from './built-request.ts';
import type { CookieJar } from './cookie-jar.ts';
import { TargetUrl } from './target-url.ts';

/** How requests are sent. */
export interface Transport {
  process: Process;
  /** How long a connection may take; everything about a request takes at most three times as long. */
  timeoutMs: number;
  retries: number;
  cookies: CookieJar | undefined;
  followsRedirect(from: BuiltRequest, to: TargetUrl): boolean;
  maxRedirects: number;
  maxBodyCharacters: number;
}

/** Why there is no answer, in nuclei's words. */
export interface SendFailure {
  cause: string;
  detail: string;
  /** The host is then skipped from the next request on. */
  isPermanent: boolean;
  /** Counts towards the errors after which a host is skipped. */
  counts: boolean;
}

/** The answers to a request, the last one first; or why there are none. */
export type SendOutcome = { answers: Answer[]; failure?: undefined } | { failure: SendFailure; answers?: undefined };

const LONGEST_RETRY_WAIT_MS = 10_000;
const FIRST_RETRY_WAIT_MS = 1_000;
const REDIRECTS = [301, 302, 303, 307, 308];

const FAILURES: Readonly<Record<NetworkErrorCode, SendFailure>> = {
  EAI_AGAIN: { cause: 'no address found for host', detail: '', isPermanent: true, counts: true },
  ENOTFOUND: { cause: 'no address found for host', detail: '', isPermanent: true, counts: true },
  ECONNREFUSED: { cause: 'port closed or filtered', detail: 'connection refused; ', isPermanent: true, counts: true },
  EHOSTUNREACH: { cause: 'port closed or filtered', detail: 'no route to host; ', isPermanent: true, counts: true },
  ETIMEDOUT: { cause: 'port closed or filtered', detail: 'i/o timeout; ', isPermanent: true, counts: true },
  ECONNRESET: { cause: 'read: connection reset by peer', detail: '', isPermanent: false, counts: true },
};

/** Sends a request, follows redirects as far as the template wants, and tries again after a failure that may pass. */
export function* send(request: BuiltRequest, transport: Transport): Task<SendOutcome> {
  const answers: Answer[] = [];
  let next: BuiltRequest | undefined = request;
  while (next) {
    const outcome: Answer | SendFailure = yield* exchange(next, transport);
    if ('cause' in outcome) return { failure: outcome };
    answers.unshift(outcome);
    next = redirectOf(outcome, answers.length, transport);
  }
  return { answers: answers.map((answer, index) => (index === 0 ? answer : { ...answer, body: '' })) };
}

function* exchange(request: BuiltRequest, transport: Transport): Task<Answer | SendFailure> {
  const { process, cookies, timeoutMs } = transport;
  const sent = withCookies(request, cookies);
  const wire = toWire(sent, timeoutMs);
  let failure: SendFailure | undefined;
  for (let attempt = 0; attempt <= transport.retries; attempt += 1) {
    if (attempt > 0) yield* process.sleep(Math.min(FIRST_RETRY_WAIT_MS * 2 ** (attempt - 1), LONGEST_RETRY_WAIT_MS));
    // Why: a connection that timed out once is remembered as closed, and the retry fails without trying.
    if (failure?.detail.startsWith('i/o timeout')) continue;
    const { response, error } = yield* process.fetch(wire);
    if (response) {
      const answer = receiveAnswer(sent, response, process.kernel.host.now());
      cookies?.store(request.url, headerOf(answer, 'Set-Cookie'));
      return { ...answer, body: answer.body.slice(0, transport.maxBodyCharacters) };
    }
    failure = FAILURES[error];
    if (error === 'ENOTFOUND' || error === 'EAI_AGAIN' || error === 'ECONNREFUSED') break;
  }
  return failure!;
}

/** The request with what the jar has for its host. */
function withCookies(request: BuiltRequest, cookies: CookieJar | undefined): BuiltRequest {
  const kept = cookies?.header(request.url);
  if (kept === undefined) return request;
  const own = request.headers.get('Cookie');
  return { ...request, headers: new Map([...request.headers, ['Cookie', own === undefined ? kept : `${own}; ${kept}`]]) };
}

/**
 * Names are looked up as they stand, without the search domains of the pod, because nuclei asks the name server itself: `shop-preview`
 * stands for nothing, `shop-preview.lab.svc.cluster.local` for the Service.
 */
function toWire({ method, url, host, headers, body, keepsConnection }: BuiltRequest, timeoutMs: number): HttpRequest {
  const own = Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]));
  const all = { ...own, host, ...(!keepsConnection && { connection: 'close' }) };
  const isAddress = /^[\d.]+$|:/.test(url.hostname) || url.hostname === 'localhost' || url.hostname.endsWith('.');
  const address = isAddress ? url.host : url.host.replace(/(:\d*)?$/, '.$1');
  const target = `${url.requestScheme}://${address}${url.requestTarget()}`;
  return { method: method || 'GET', url: target, headers: all, timeoutMs, ...(body !== '' && { body }) };
}

function redirectOf(answer: Answer, sent: number, transport: Transport): BuiltRequest | undefined {
  const location = headerOf(answer, 'Location');
  if (!REDIRECTS.includes(answer.status) || location === undefined || location === '') return undefined;
  const { request } = answer;
  const url = resolveLocation(location, request.url);
  if (!url || !transport.followsRedirect(request, url) || sent > transport.maxRedirects) return undefined;
  const keepsMethod = answer.status === 307 || answer.status === 308;
  // Why: nuclei's requests cannot give their body a second time, and Go then leaves the redirect alone.
  if (keepsMethod && request.body !== '') return undefined;
  const method = keepsMethod || request.method === 'HEAD' ? request.method : 'GET';
  const headers = new Map([...request.headers, ['Referer', request.url.toString()]]);
  headers.delete('Cookie');
  const keepsHost = request.host !== request.url.host && !/^[a-z]+:\/\//i.test(location);
  return { method, url, host: keepsHost ? request.host : url.host, headers, body: '', keepsConnection: request.keepsConnection };
}

function resolveLocation(location: string, base: TargetUrl): TargetUrl | undefined {
  try {
    return TargetUrl.parse(
      new URL(location, base.toString()).href.replace(/^([a-z]+:\/\/[^/?#]+)\/$/, location.endsWith('/') ? '$1/' : '$1'),
    );
  } catch {
    return undefined;
  }
}
