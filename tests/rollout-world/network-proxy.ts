import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { relayRequest } from '../../src/embedded/http/relay-request.ts';
import type { VirtualNetwork } from '../../src/embedded/network/http.ts';

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
      void relayRequest({ network, from: { kind: 'controller' }, url: request.url ?? '/' }, request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new NetworkProxy(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
