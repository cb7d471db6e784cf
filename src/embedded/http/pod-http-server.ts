import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { NetworkError, type HttpResponse, type VirtualNetwork } from '../network/http.ts';
import type { StreamSocket } from './stream-socket.ts';

/** Longer requests than this are not led on. */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** Understands what comes over connections from outside as HTTP, and asks a port of a pod in their name. */
export class PodHttpServer {
  readonly #network: VirtualNetwork;
  readonly #ip: string;
  readonly #port: number;
  readonly #server: Server;

  constructor(network: VirtualNetwork, ip: string, port: number) {
    this.#network = network;
    this.#ip = ip;
    this.#port = port;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  serve(socket: StreamSocket): void {
    this.#server.emit('connection', socket);
  }

  /** A pod that goes before it has answered breaks the connection off. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, headers, body } = await this.#ask(request);
      const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...kept } = headers;
      response.writeHead(status, { ...kept, 'content-length': Buffer.byteLength(body) }).end(request.method === 'HEAD' ? '' : body);
    } catch (error) {
      response.destroy();
      if (!(error instanceof NetworkError) && !request.destroyed) throw error;
    }
  }

  async #ask(request: IncomingMessage): Promise<HttpResponse> {
    const { method = 'GET', url = '/' } = request;
    const body = await readBody(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const target = `http://${this.#ip}:${this.#port}${url.startsWith('/') ? url : '/'}`;
    // Why the kubelet: it is the node that asks, within the pod, past everything that stands between pods.
    return this.#network.request({ kind: 'kubelet' }, { method, url: target, headers, ...(body !== '' && { body }) });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) throw new NetworkError('ECONNRESET', 'the request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
