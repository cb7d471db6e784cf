import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ClusterCertificates } from '../tls.ts';
import { isStream, type AnswerStream, type ApiAnswer, type ApiCall } from './api-call.ts';
import { MAX_BODY_BYTES } from './request-body.ts';
import { answerText, hostProblem, pathOf, readUnknownMethod, refusalOf } from './odd-requests.ts';
import { answerUpgrade } from './upgrade.ts';

export interface HttpsServerOptions {
  certificates: ClusterCertificates;
  /** A free one unless given. */
  port?: number;
  /** Answers every request; never rejects. Whoever mounts routes beside the API decides here. */
  readonly answer: (call: ApiCall) => Promise<ApiAnswer>;
}

/** Idle connections are kept this long; clients of Kubernetes expect a minute or more. */
const KEEP_ALIVE_MS = 120_000;
/** Models apiserver endpoints/handlers/responsewriters: shorter answers are not worth compressing. */
const GZIP_FROM_BYTES = 128 * 1024;

/** A client that leaves more than this lying when the server closes is not waited for. */
const UNREAD_BYTES = 64 * 1024;

const NO_BODY = Buffer.alloc(0);

const compress = promisify(gzip);

/** The API on a port of this machine, over TLS, for nobody outside of it. */
export class HttpsServer {
  readonly #server: Server;
  readonly #answer: HttpsServerOptions['answer'];
  readonly #sockets = new Set<Socket>();
  readonly #responses = new Set<ServerResponse>();
  readonly #streams = new Set<() => void>();
  #isClosing = false;

  /** Starts to listen; rejects with the error of the system (EADDRINUSE) when it cannot. */
  static async listen(options: HttpsServerOptions): Promise<HttpsServer> {
    const server = new HttpsServer(options);
    server.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  private constructor({ certificates, answer }: HttpsServerOptions) {
    this.#answer = answer;
    this.#server = createServer({ cert: certificates.certificatePem, key: certificates.privateKeyPem, ca: certificates.caPem });
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response));
    this.#server.on(
      'clientError',
      (error: Error & { code?: string; rawPacket?: Buffer }, socket: Duplex) => void this.#refuse(error, socket),
    );
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => void this.#upgrade(request, socket, head));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Such as `https://127.0.0.1:40123`. */
  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Ends watches and followed logs, lets running requests finish unless their client has stopped reading, and closes every connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#server.close();
    for (const end of [...this.#streams]) end();
    for (const response of this.#responses) if (response.writableLength > UNREAD_BYTES) response.destroy();
    this.#closeIfIdle();
    await once(this.#server, 'close');
  }

  #closeIfIdle(): void {
    if (this.#isClosing && this.#responses.size === 0) for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#responses.add(response);
    response.on('close', () => {
      this.#responses.delete(response);
      this.#closeIfIdle();
    });
    // Why: a client that breaks the connection off is no error of ours.
    response.on('error', () => undefined);
    if (this.#isClosing) response.setHeader('connection', 'close');
    const problem = hostProblem(request.rawHeaders);
    if (problem !== undefined) {
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(problem);
      return;
    }
    const body = await readBody(request);
    if (body === 'aborted') return;
    const answer = await this.#answer(callOf(request, body));
    if (response.destroyed) return;
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    if (isStream(answer.body)) this.#stream(response, answer.status, answer.body);
    else await send(request, response, answer.status, answer.body);
  }

  /** Answers what is no HTTP to Node's parser: methods that it does not know are left to the API, the rest is refused as Go does. */
  async #refuse(error: Error & { code?: string; rawPacket?: Buffer }, socket: Duplex): Promise<void> {
    socket.on('error', () => undefined);
    const call = error.code === 'HPE_INVALID_METHOD' ? readUnknownMethod(error.rawPacket) : undefined;
    const answer = call ? await this.#answer(call) : undefined;
    if (!socket.writable) socket.destroy();
    else socket.end(answer ? answerText(answer) : refusalOf(error));
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Why: a client that breaks the connection off is no error of ours.
    socket.on('error', () => undefined);
    const answer = await this.#answer(callOf(request, NO_BODY));
    if (this.#isClosing || socket.destroyed) socket.destroy();
    else answerUpgrade(request, socket, head, answer);
  }

  #stream(response: ServerResponse, status: number, stream: AnswerStream): void {
    response.writeHead(status);
    response.flushHeaders();
    const end = (): void => {
      this.#streams.delete(end);
      stop();
      if (!response.writableEnded) response.end();
    };
    const stop = stream.open({
      write: (text) => void response.write(text),
      end: () => {
        this.#streams.delete(end);
        response.end();
      },
      backlogBytes: () => response.writableLength,
    });
    if (response.writableEnded) return;
    this.#streams.add(end);
    response.on('close', () => {
      this.#streams.delete(end);
      stop();
    });
  }
}

/** The whole body, or as much as shows that it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer | 'aborted'> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES + 1) chunks.push(chunk);
      else if (chunks.length > 0) chunks.splice(0, chunks.length, Buffer.alloc(MAX_BODY_BYTES + 1));
    }
  } catch {
    return 'aborted';
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function callOf(request: IncomingMessage, body: Buffer): ApiCall {
  const { 'impersonate-group': groups } = request.headersDistinct;
  return {
    method: request.method ?? 'GET',
    path: pathOf(request.url ?? '/'),
    headers: groups ? { ...request.headers, 'impersonate-group': groups } : request.headers,
    ...(body.length > 0 && { body }),
  };
}

async function send(request: IncomingMessage, response: ServerResponse, status: number, body: string | Uint8Array): Promise<void> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const isWorthIt = bytes.byteLength >= GZIP_FROM_BYTES && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const sent = isWorthIt ? await compress(bytes, { level: 1 }) : bytes;
  if (isWorthIt) {
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('vary', 'Accept-Encoding');
  }
  response.setHeader('content-length', sent.byteLength);
  response.writeHead(status);
  response.end(request.method === 'HEAD' ? undefined : sent);
}
