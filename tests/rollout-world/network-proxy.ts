import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NetworkError, type HttpResponse, type VirtualNetwork } from '../../src/embedded/network/http.ts';

/** An HTTP proxy on this machine that leads into a virtual network, for programs outside of it. */
export class NetworkProxy {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async listen(network: VirtualNetwork): Promise<NetworkProxy> {
    const server = createServer((request, response) => {
      void forward(network, request).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        (error: unknown) => {
          if (!(error instanceof NetworkError)) console.error(error);
          response.destroy();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new NetworkProxy(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function forward(network: VirtualNetwork, request: IncomingMessage): Promise<HttpResponse> {
  const { method = 'GET', url = '/' } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const {
    status,
    headers: given,
    body,
  } = await network.request(
    { kind: 'controller' },
    { method, url, headers, ...(chunks.length > 0 && { body: Buffer.concat(chunks).toString('utf8') }) },
  );
  const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...kept } = given;
  return { status, headers: kept, body };
}
