import { request as httpsRequest, Agent, type RequestOptions } from 'node:https';
import { connect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificates } from '../tls.ts';
import { HttpsServer } from './https-server.ts';
import { serveCluster, type ServedCluster } from './testing/served-cluster.ts';

let served: ServedCluster;

beforeAll(async () => {
  served = await serveCluster();
});

afterAll(async () => {
  await served.close();
  expect(served.unexpected).toEqual([]);
});

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

function ask(path: string, options: RequestOptions & { body?: string | Buffer } = {}): Promise<Answer> {
  const { body, headers, ...rest } = options;
  return new Promise((resolve, reject) => {
    const call = httpsRequest(
      {
        host: '127.0.0.1',
        port: served.server.port,
        ca: served.certificates.caPem,
        path,
        headers: { authorization: `Bearer ${served.token}`, ...(headers as Record<string, string | string[]>) },
        ...rest,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** Opens a watch; answers its lines as they come. */
async function openWatch(path: string): Promise<{ lines: AsyncIterator<string>; closed: Promise<void>; abort: () => void }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = httpsRequest(
      {
        host: '127.0.0.1',
        port: served.server.port,
        ca: served.certificates.caPem,
        path,
        headers: { authorization: `Bearer ${served.token}` },
        agent: false,
      },
      resolve,
    );
    call.on('error', reject);
    call.end();
  });
  const closed = new Promise<void>((resolve) => response.on('close', resolve));
  async function* lines(): AsyncGenerator<string> {
    let rest = '';
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop()!;
      yield* parts;
    }
  }
  return { lines: lines(), closed, abort: () => response.destroy() };
}

describe('the HTTPS server', () => {
  it('is trusted by whoever trusts its CA, and by nobody else', async () => {
    expect((await ask('/version')).status).toBe(200);
    await expect(ask('/version', { ca: (await createCertificates(Date.now())).caPem })).rejects.toThrow(/certificate/);
  });

  it('takes a wished port, and says when it is taken', async () => {
    const certificates = served.certificates;
    const answer = () => Promise.resolve({ status: 200, headers: {}, body: 'mounted' });
    await expect(HttpsServer.listen({ certificates, port: served.server.port, answer })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('asks nobody without a token anything but the way', async () => {
    const anonymous = { headers: { authorization: '' } };
    expect((await ask('/healthz', anonymous)).status).toBe(200);
    expect((await ask('/api/v1/nodes', anonymous)).status).toBe(403);
    expect((await ask('/api/v1/nodes', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  });

  it('compresses long answers for those who ask, and only those', async () => {
    const plain = await ask('/openapi/v3/apis/argoproj.io/v1alpha1');
    const packed = await ask('/openapi/v3/apis/argoproj.io/v1alpha1', { headers: { 'accept-encoding': 'gzip' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(plain.body.length / 5);
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect((await ask('/version', { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBeUndefined();
  });

  it('refuses a body that is too long with a Status, and serves the next request', async () => {
    const agent = new Agent({ keepAlive: true });
    const headers = { 'content-type': 'application/json' };
    const body = Buffer.alloc(8 * 1024 * 1024, 0x20);
    const refused = await ask('/api/v1/namespaces', { method: 'POST', body, agent, headers });
    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.body.toString())).toMatchObject({ kind: 'Status', reason: 'RequestEntityTooLarge', code: 413 });
    expect((await ask('/version', { agent })).status).toBe(200);
    agent.destroy();
  });

  it('keeps several impersonated groups apart', async () => {
    const answer = await ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'impersonate-user': 'u', 'impersonate-group': ['a, b', 'c'] },
      body: '{}',
    });
    const { status } = JSON.parse(answer.body.toString()) as { status: { userInfo: { groups: string[] } } };
    expect(status.userInfo.groups).toEqual(['a, b', 'c', 'system:authenticated']);
  });

  it('streams a watch as things happen, and ends it when it closes', async () => {
    const other = await serveCluster();
    const mine = served;
    served = other;
    try {
      const watch = await openWatch('/api/v1/namespaces?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dwatched');
      const create = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"metadata":{"name":"watched"}}' };
      expect((await ask('/api/v1/namespaces', create)).status).toBe(201);
      const { value } = (await watch.lines.next()) as { value: string };
      expect(JSON.parse(value)).toMatchObject({ type: 'ADDED', object: { kind: 'Namespace', metadata: { name: 'watched' } } });
      await other.close();
      expect(await watch.lines.next()).toMatchObject({ done: true });
    } finally {
      served = mine;
    }
  });

  it('forgets a client that goes away in the middle of a watch', async () => {
    const watch = await openWatch('/api/v1/configmaps?watch=1');
    watch.abort();
    await watch.closed;
    const headers = { 'content-type': 'application/json' };
    expect((await ask('/api/v1/namespaces', { method: 'POST', headers, body: '{"metadata":{"name":"after"}}' })).status).toBe(201);
  });

  it.each(['GET /x HTTP/1.1\r\n\r\n', 'nonsense\r\n\r\n', 'GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n', '\0\0\0\0'])(
    'survives %j',
    async (text) => {
      const socket = connect({ host: '127.0.0.1', port: served.server.port, ca: served.certificates.caPem, servername: 'localhost' });
      const ended = new Promise((resolve) => socket.on('close', resolve));
      socket.on('error', () => undefined);
      socket.end(text);
      socket.resume();
      await ended;
      expect((await ask('/version')).status).toBe(200);
    },
  );
});
