import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { ClusterError } from '../errors.ts';
import type { ClusterAccess } from './kubeconfig.ts';
import { linesOf } from './lines.ts';
import type { HttpRequest, HttpResponse, HttpStream, Transport } from './transport.ts';

/** An answer that takes longer than this to begin is taken as none. */
const ANSWER_TIMEOUT_MS = 30_000;

/** A connection that nothing was asked on for so long is given up, well before servers do that. */
const IDLE_MS = 30_000;

/** A Transport over sockets, kept open between requests. */
export class HttpsTransport implements Transport {
  readonly server: string;
  readonly #url: URL;
  readonly #token: string | undefined;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(access: ClusterAccess) {
    this.server = access.server;
    this.#url = new URL(access.server);
    this.#token = access.token;
    this.#agent =
      this.#url.protocol === 'http:'
        ? new HttpAgent({ keepAlive: true, timeout: IDLE_MS })
        : new HttpsAgent({
            keepAlive: true,
            timeout: IDLE_MS,
            ca: access.certificateAuthority,
            cert: access.clientCertificate,
            key: access.clientKey,
            rejectUnauthorized: !access.isInsecure,
          });
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const message = await this.#open(request);
    const body = await this.#readBody(message);
    return { status: message.statusCode ?? 0, headers: message.headers as HttpResponse['headers'], body };
  }

  async stream(request: HttpRequest): Promise<HttpStream> {
    const message = await this.#open(request);
    const status = message.statusCode ?? 0;
    if (status >= 300) return { status, errorBody: await this.#readBody(message), lines: linesOf([]) };
    return { status, errorBody: '', lines: this.#lines(message, request.signal) };
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends a request once more where the server had closed an old connection meanwhile, and doing it twice comes to the same. */
  async #open(request: HttpRequest): Promise<IncomingMessage> {
    for (;;) {
      const answer = await this.#attempt(request);
      if (!('failure' in answer)) return answer;
      const wasClosed = (answer.failure as NodeJS.ErrnoException).code === 'ECONNRESET';
      if (!answer.wasOld || !wasClosed || !isRepeatable(request)) throw this.#unreachable(answer.failure);
    }
  }

  #attempt({ method, path, headers, body, signal }: HttpRequest): Promise<IncomingMessage | { failure: Error; wasOld: boolean }> {
    const url = new URL(this.#url.pathname.replace(/\/$/, '') + path, this.#url);
    const allHeaders = {
      ...headers,
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    };
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    return new Promise((resolve) => {
      const outgoing = send(url, { method, headers: allHeaders, agent: this.#agent, ...(signal && { signal }) }, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1_000} s`)), ANSWER_TIMEOUT_MS);
      outgoing.on('error', (failure) => {
        clearTimeout(timer);
        resolve({ failure, wasOld: outgoing.reusedSocket });
      });
      outgoing.end(body);
    });
  }

  async #readBody(message: IncomingMessage): Promise<string> {
    message.setEncoding('utf8');
    let body = '';
    try {
      for await (const chunk of message) body += String(chunk);
    } catch (cause) {
      throw this.#unreachable(cause);
    }
    return body;
  }

  async *#lines(message: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<string> {
    message.setEncoding('utf8');
    try {
      yield* linesOf(message);
    } catch (cause) {
      if (!signal?.aborted) throw this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): ClusterError {
    return new ClusterError(`could not reach the cluster at ${this.server}: ${whyUnreachable(cause)}`, {
      cause,
      hint: 'Type `lab status` to see whether it runs, or `lab start` to have it started.',
    });
  }
}

function isRepeatable({ method, headers }: HttpRequest): boolean {
  return method !== 'POST' && headers['content-type'] !== 'application/json-patch+json';
}

function whyUnreachable(cause: unknown): string {
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ECONNRESET') return 'it closed the connection';
  return cause instanceof Error ? cause.message : String(cause);
}
