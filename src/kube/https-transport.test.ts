import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpsTransport } from './https-transport.ts';
import type { HttpRequest, HttpResponse } from './transport.ts';

/** Answers the first request of a connection, and closes the connection at the next one, as a server does that had enough of waiting. */
class WearyServer {
  readonly asked: string[] = [];
  /** Closes each connection at its first request. */
  isIll = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((socket) => {
      let isAnswered = this.isIll;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        this.asked.push(data.toString().split(' ', 1)[0]!);
        if (isAnswered) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
        isAnswered = true;
      });
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe('a connection that the server closes while nothing is asked', () => {
  let server: WearyServer;
  let transport: HttpsTransport;

  beforeEach(async () => {
    server = new WearyServer();
    transport = new HttpsTransport({ server: await server.listen(), token: 't' });
  });

  afterEach(() => {
    transport.close();
    server.close();
  });

  const send = (method: HttpRequest['method'], headers: HttpRequest['headers'] = {}): Promise<HttpResponse> =>
    transport.send({ method, path: '/api/v1/pods', headers, ...(method !== 'GET' && { body: '{}' }) });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'] as const)('is given up for another one, on which a %s is sent once more', async (method) => {
    await send('GET');
    expect(await send(method)).toMatchObject({ status: 200, body: '{}' });
    expect(server.asked).toEqual(['GET', method, method]);
  });

  it.each([
    ['POST', {}],
    ['PATCH', { 'content-type': 'application/json-patch+json' }],
  ] as const)('is not for a %s with %j, which sent twice could do something else', async (method, headers) => {
    await send('GET');
    await expect(send(method, headers)).rejects.toThrow('it closed the connection');
    expect(server.asked).toEqual(['GET', method]);
  });

  it('is not, where the connection was a new one', async () => {
    server.isIll = true;
    await expect(send('GET')).rejects.toThrow('it closed the connection');
    expect(server.asked).toEqual(['GET']);
  });
});
