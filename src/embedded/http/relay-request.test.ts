import { createServer, request as send, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { NetworkError, type HttpRequest, type HttpResponse, type NetworkOrigin } from '../network/http.ts';
import { relayRequest } from './relay-request.ts';

interface Received {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Relay {
  asked: { from: NetworkOrigin; request: HttpRequest }[];
  ask: (method: string, body?: string) => Promise<Received>;
}

const FROM: NetworkOrigin = { kind: 'client', name: 'somebody' };
const URL = 'http://10.244.0.5:8080/orders?page=2';

async function relayTo(answer: () => HttpResponse): Promise<Relay> {
  const asked: Relay['asked'] = [];
  const network = {
    request: (from: NetworkOrigin, request: HttpRequest): Promise<HttpResponse> => {
      asked.push({ from, request });
      return new Promise((resolve) => resolve(answer()));
    },
    listen: () => () => undefined,
    isListening: () => true,
    observe: () => () => undefined,
  };
  const server = createServer((request, response) => void relayRequest({ network, from: FROM, url: URL }, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ask = (method: string, body = ''): Promise<Received> =>
    new Promise((resolve, reject) => {
      const sent = send({ host: '127.0.0.1', port, method, headers: { 'x-by': 'test' } }, (received) => {
        let text = '';
        received.on('data', (chunk: Buffer) => (text += chunk.toString()));
        received.on('end', () => resolve({ status: received.statusCode, headers: received.headers, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { asked, ask };
}

test('leads a request on as it came, and the answer back', async () => {
  const { asked, ask } = await relayTo(() => ({ status: 418, headers: { 'x-pod': 'a' }, body: 'grüße' }));
  const long = 'ä'.repeat(100_000);
  expect(await ask('PUT', long)).toMatchObject({ status: 418, headers: { 'x-pod': 'a', 'content-length': '7' }, body: 'grüße' });
  expect(asked).toMatchObject([{ from: FROM, request: { method: 'PUT', url: URL, headers: { 'x-by': 'test' }, body: long } }]);
});

test('keeps to itself what a pod says about its own connection', async () => {
  const headers = { connection: 'close', 'transfer-encoding': 'chunked', 'content-length': '99' };
  const { ask } = await relayTo(() => ({ status: 200, headers, body: 'fine' }));
  const { headers: received, body } = await ask('GET');
  expect([received['content-length'], received['transfer-encoding'], body]).toEqual(['4', undefined, 'fine']);
});

test('answers a HEAD with the length and without the body', async () => {
  const { ask } = await relayTo(() => ({ status: 200, headers: {}, body: 'fine' }));
  expect(await ask('HEAD')).toMatchObject({ headers: { 'content-length': '4' }, body: '' });
});

test('breaks the connection off when nobody answers, or the request is too long', async () => {
  const { asked, ask } = await relayTo(() => {
    throw new NetworkError('ECONNRESET', 'the pod has gone');
  });
  await expect(ask('GET')).rejects.toThrow();
  await expect(ask('POST', 'x'.repeat(5 * 1024 * 1024))).rejects.toThrow();
  expect(asked).toHaveLength(1);
});
