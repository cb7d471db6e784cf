import type { Clock } from '../../system/clock.ts';
import type { AttachedPod } from './attached-pod.ts';
import {
  NetworkError,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  type NetworkErrorCode,
  type NetworkOrigin,
  type ServedRequest,
} from './http.ts';
import type { Destination, NetworkRoutes } from './network-routes.ts';
import { addressOf } from './origin-address.ts';

/** When a connection that nobody answers is tried again: TCP's doubling of one second. */
const RETRANSMISSIONS_MS = [0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000];
/** When TCP gives up on it. */
const GIVE_UP_MS = 127_000;
/** When a question is asked again that the name server does not answer, and when that is given up: resolv.conf's defaults. */
const LOOKUPS_MS = [0, 5_000];
const LOOKUP_GIVE_UP_MS = 10_000;
/** When the node gives up on an address that no pod has. */
const NO_ROUTE_MS = 3_000;

/** What became of a request. */
export type Outcome = HttpResponse | NetworkError;

/** Who a request was for and who met it, as far as it got. */
export interface Trace {
  service?: AttachedPod;
  pod?: AttachedPod;
}

/** One request on its way: finds its destination, tries again while packets are lost, and ends exactly once. */
export class Exchange {
  readonly #routes: NetworkRoutes;
  readonly #clock: Clock;
  readonly #from: NetworkOrigin;
  readonly #request: HttpRequest;
  readonly #url: URL | undefined;
  readonly #done: (outcome: Outcome, trace: Trace) => void;
  readonly #startedMs: number;
  #trace: Trace = {};
  #isOver = false;
  #cancelTimeout: (() => void) | undefined;

  constructor(
    routes: NetworkRoutes,
    clock: Clock,
    from: NetworkOrigin,
    request: HttpRequest,
    done: (outcome: Outcome, trace: Trace) => void,
  ) {
    this.#routes = routes;
    this.#clock = clock;
    this.#from = from;
    this.#request = request;
    this.#url = parseUrl(request.url);
    this.#done = done;
    this.#startedMs = clock.now();
  }

  begin(): void {
    if (!this.#url) this.#fail('ENOTFOUND', `getaddrinfo ENOTFOUND ${this.#request.url}`);
    else this.#lookUp(0);
  }

  /** Connects once the name server can be asked what the host is; does not, when it cannot. */
  #lookUp(attempt: number): void {
    if (this.#isOver) return;
    if (this.#routes.canLookUp(this.#from, this.#url!)) {
      this.#attempt(0);
      return;
    }
    const sinceStartMs = this.#clock.now() - this.#startedMs;
    const nextMs = LOOKUPS_MS[attempt + 1];
    const why = `getaddrinfo EAI_AGAIN ${this.#url!.hostname}`;
    if (nextMs !== undefined) this.#clock.after(nextMs - sinceStartMs, () => this.#lookUp(attempt + 1));
    else this.#clock.after(LOOKUP_GIVE_UP_MS - sinceStartMs, () => this.#fail('EAI_AGAIN', why));
    this.#limitTime(`connect ETIMEDOUT ${this.#url!.host}`);
  }

  #attempt(attempt: number): void {
    if (this.#isOver) return;
    const destination = this.#routes.locate(this.#from, this.#url!);
    if (!destination) this.#fail('ENOTFOUND', `getaddrinfo ENOTFOUND ${this.#url!.hostname}`);
    else this.#knock(destination, attempt);
  }

  #knock(destination: Destination, attempt: number): void {
    if (destination.service) this.#trace.service = destination.service;
    if (destination.isRefused) {
      this.#fail('ECONNREFUSED', `connect ECONNREFUSED ${destination.host}:${destination.port}`);
      return;
    }
    const arrival = this.#routes.arrive(this.#from, destination);
    if ('pod' in arrival && arrival.pod) this.#trace.pod = arrival.pod;
    const address = `${destination.ip || destination.host}:${destination.port}`;
    const isNobody = arrival.kind === 'no-route' && destination.ip !== '';
    if (arrival.kind === 'served') this.#serve(arrival.handler, destination);
    else if (arrival.kind === 'refused') this.#fail('ECONNREFUSED', `connect ECONNREFUSED ${address}`);
    else if (arrival.kind === 'blocked' && arrival.code !== 'ETIMEDOUT') this.#fail(arrival.code, `connect ${arrival.code} ${address}`);
    else if (isNobody) this.#fallSilent(NO_ROUTE_MS, 'EHOSTUNREACH', `connect EHOSTUNREACH ${address}`);
    else this.#lose(attempt, address);
  }

  /** A packet is lost: the connection is tried again as TCP does, until somebody has had enough. */
  #lose(attempt: number, address: string): void {
    this.#limitTime(`connect ETIMEDOUT ${address}`);
    const nextMs = RETRANSMISSIONS_MS[attempt + 1];
    const sinceStartMs = this.#clock.now() - this.#startedMs;
    if (nextMs !== undefined) this.#clock.after(nextMs - sinceStartMs, () => this.#attempt(attempt + 1));
    else this.#fallSilent(GIVE_UP_MS - sinceStartMs, 'ETIMEDOUT', `connect ETIMEDOUT ${address}`);
  }

  #fallSilent(delayMs: number, code: NetworkErrorCode, message: string): void {
    this.#limitTime(`connect ETIMEDOUT ${this.#url!.host}`);
    this.#clock.after(delayMs, () => this.#fail(code, message));
  }

  #limitTime(message: string): void {
    const { timeoutMs } = this.#request;
    if (timeoutMs === undefined || this.#cancelTimeout) return;
    const remainingMs = timeoutMs - (this.#clock.now() - this.#startedMs);
    this.#cancelTimeout = this.#clock.after(remainingMs, () => this.#fail('ETIMEDOUT', message));
  }

  #serve(handler: HttpHandler, { isMasqueraded }: Destination): void {
    const answer = callHandler(handler, this.#servedRequest(isMasqueraded ? { kind: 'kubelet' } : this.#from));
    if (answer instanceof Promise) void this.#awaitAnswer(answer);
    else this.#end(answer);
  }

  async #awaitAnswer(answer: Promise<Outcome>): Promise<void> {
    // Why: for a moment only. A server that asks another one needs time to go on.
    this.#clock.hold()();
    this.#limitTime(`request to ${this.#url!.host} timed out`);
    try {
      this.#end(await answer);
    } catch {
      this.#fail('ECONNRESET', 'read ECONNRESET');
    }
  }

  #servedRequest(seen: NetworkOrigin): ServedRequest {
    const { method, headers, body = '' } = this.#request;
    const url = this.#url!;
    return {
      method,
      target: rawTarget(this.#request.url),
      headers: { host: url.host, ...headers },
      body,
      remoteIp: addressOf(seen),
    };
  }

  #fail(code: NetworkErrorCode, message: string): void {
    this.#end(new NetworkError(code, message));
  }

  #end(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimeout?.();
    this.#done(outcome, this.#trace);
  }
}

/** A server that breaks closes the connection. */
function callHandler(handler: HttpHandler, request: ServedRequest): Outcome | Promise<Outcome> {
  try {
    return handler(request);
  } catch {
    return new NetworkError('ECONNRESET', 'read ECONNRESET');
  }
}

function parseUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Path and query as they were written: a URL object would tidy them up, and hide what an attacker sends. */
function rawTarget(url: string): string {
  const target = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  return target.startsWith('/') ? target : `/${target}`;
}
