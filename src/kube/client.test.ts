import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ClusterError } from '../errors.ts';
import { KubeClient } from './client.ts';
import { HttpsTransport } from './https-transport.ts';
import type { WatchEvent } from './watch.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const open: Server[] = [];
const clients: KubeClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: Handler): Promise<{ client: KubeClient; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}${body && ` ${request.headers['content-type']} ${body}`}`);
      handler(request, response, body);
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = new HttpsTransport({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 't' });
  const client = new KubeClient(transport);
  clients.push(client);
  return { client, requests };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const notFound = (details: object) => ({ kind: 'Status', reason: 'NotFound', message: 'not found, says the server', code: 404, details });

describe('KubeClient', () => {
  it('answers undefined for an object that is not there, but not for a resource that is not there', async () => {
    const { client } = await serve((request, response) =>
      answer(response, 404, notFound(request.url?.includes('/pods/') ? { name: 'a', kind: 'pods' } : {})),
    );
    expect(await client.get('pods', 'lab', 'a')).toBeUndefined();
    await expect(client.get('nodes', undefined, 'a')).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
  });

  it('names objects by group, version, namespace and plural, and says who asks', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const { client, requests } = await serve((request, response) => {
      seen.push(request.headers);
      answer(response, 200, { metadata: { name: 'shop' } });
    });
    await client.get('rollouts.argoproj.io', 'lab', 'shop');
    await client.get('clusteranalysistemplates.argoproj.io', undefined, 'scan');
    await client.patch('rollouts.argoproj.io', 'lab', 'shop', { type: 'merge', body: { a: 1 } }, { subresource: 'status', as: 'jane' });
    await client.delete('pods', 'lab', 'a/b', { propagationPolicy: 'Foreground' });
    expect(requests).toEqual([
      'GET /apis/argoproj.io/v1alpha1/namespaces/lab/rollouts/shop',
      'GET /apis/argoproj.io/v1alpha1/clusteranalysistemplates/scan',
      'PATCH /apis/argoproj.io/v1alpha1/namespaces/lab/rollouts/shop/status application/merge-patch+json {"a":1}',
      'DELETE /api/v1/namespaces/lab/pods/a%2Fb application/json {"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground"}',
    ]);
    expect(seen[0]).toMatchObject({ authorization: 'Bearer t', 'user-agent': 'lab', accept: 'application/json' });
    expect(seen[0]).not.toHaveProperty('impersonate-user');
    expect(seen[2]).toMatchObject({ 'impersonate-user': 'jane' });
  });

  it('gives every item of a list its apiVersion and kind', async () => {
    const { client } = await serve((_request, response) =>
      answer(response, 200, {
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '5' },
        items: [{ metadata: { name: 'a' } }],
      }),
    );
    const list = await client.list('pods', { namespace: 'lab', labelSelector: 'app=shop,!x' });
    expect(list.items).toEqual([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }]);
  });

  it('tells a refusal in the words of the server, with the fields it names', async () => {
    const causes = [{ field: 'spec.replicas', message: 'Invalid value: -1' }];
    const { client } = await serve((_request, response) =>
      answer(response, 422, { kind: 'Status', reason: 'Invalid', message: 'Rollout "x" is invalid', details: { causes } }),
    );
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'lab' } };
    await expect(client.create('pods', object)).rejects.toMatchObject({
      message: 'Rollout "x" is invalid',
      status: 422,
      reason: 'Invalid',
      causes,
    });
  });

  it.each([
    [502, '<html>\nbad gateway', 'GET /api/v1/namespaces/lab/pods/a was answered with 502: <html>'],
    [200, 'not json', 'the answer to GET /api/v1/namespaces/lab/pods/a is not JSON: not json'],
  ])('says what it was that answered %i with %s', async (status, body, message) => {
    const { client } = await serve((_request, response) => answer(response, status, body));
    await expect(client.get('pods', 'lab', 'a')).rejects.toMatchObject({ message, status });
  });

  it('says that nothing listens, without a status', async () => {
    const { client } = await serve(() => undefined);
    open[0]!.close();
    await new Promise((resolve) => open[0]!.once('close', resolve));
    const refused = client.get('pods', 'lab', 'a');
    await expect(refused).rejects.toThrow(ClusterError);
    await expect(refused).rejects.toMatchObject({ status: undefined, message: expect.stringContaining('nothing listens there') as string });
  });

  it('asks the server about resources it does not know, and again when one was missing', async () => {
    let hasPipelines = false;
    const { client, requests } = await serve((request, response) => {
      if (!hasPipelines) {
        answer(response, 404, notFound({}));
        return;
      }
      if (request.url === '/apis/tekton.dev') {
        answer(response, 200, { preferredVersion: { version: 'v1' } });
        return;
      }
      if (request.url === '/apis/tekton.dev/v1') {
        const resources = [
          { name: 'pipelines/status', namespaced: true, kind: 'Pipeline' },
          { name: 'pipelines', namespaced: true, kind: 'Pipeline' },
        ];
        answer(response, 200, { resources });
        return;
      }
      answer(response, 200, { metadata: { name: 'p' } });
    });
    await expect(client.get('pipelines.tekton.dev', 'lab', 'p')).rejects.toThrow(
      `the server doesn't have a resource type "pipelines.tekton.dev"`,
    );
    expect(await client.resourceOfKind('tekton.dev/v1', 'Pipeline')).toBeUndefined();
    hasPipelines = true;
    expect(await client.resourceOfKind('tekton.dev/v1', 'Pipeline')).toMatchObject({ plural: 'pipelines', isNamespaced: true });
    await client.get('pipelines.tekton.dev', 'lab', 'p');
    await client.get('pipelines.tekton.dev', 'lab', 'p');
    expect(requests.filter((line) => line === 'GET /apis/tekton.dev')).toHaveLength(2);
    expect(requests.at(-1)).toBe('GET /apis/tekton.dev/v1/namespaces/lab/pipelines/p');
  });
});

describe('KubeClient.watch', () => {
  const event = (type: string, name: string, resourceVersion: string) =>
    `${JSON.stringify({ type, object: { metadata: { name, resourceVersion } } })}\n`;

  async function collect(events: AsyncIterable<WatchEvent>, count: number): Promise<string[]> {
    const seen: string[] = [];
    for await (const { type, object } of events) {
      seen.push(`${type} ${object.metadata.name}`);
      if (seen.length === count) break;
    }
    return seen;
  }

  it('begins with what there is, goes on through closed and broken connections, and repeats nothing', async () => {
    const streams: ((response: ServerResponse) => void)[] = [
      (response) => {
        const text = event('MODIFIED', 'a', '11');
        response.write(text.slice(0, 20));
        response.end(text.slice(20));
      },
      (response) => {
        response.write(event('ADDED', 'b', '12'));
        response.write('{"type":"MODI', () => response.destroy());
      },
      (response) => response.write(event('DELETED', 'a', '13')),
    ];
    const { client, requests } = await serve((request, response) => {
      if (!request.url?.includes('watch=true')) {
        answer(response, 200, {
          kind: 'PodList',
          apiVersion: 'v1',
          metadata: { resourceVersion: '10' },
          items: [{ metadata: { name: 'a' } }],
        });
        return;
      }
      response.writeHead(200);
      streams.shift()!(response);
    });
    const seen = await collect(client.watch('pods', { namespace: 'lab' }), 4);
    expect(seen).toEqual(['ADDED a', 'MODIFIED a', 'ADDED b', 'DELETED a']);
    expect(requests.slice(1).map((line) => /resourceVersion=(\d+)/.exec(line)?.[1])).toEqual(['10', '11', '12']);
  });

  it.each([
    [
      'as an answer',
      (response: ServerResponse) => answer(response, 410, { kind: 'Status', reason: 'Expired', message: 'too old', code: 410 }),
    ],
    [
      'as an event',
      (response: ServerResponse) =>
        response.end(
          `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', reason: 'Expired', message: 'too old', code: 410 } })}\n`,
        ),
    ],
  ])('rejects with Expired when the server says so %s', async (_how, respond) => {
    const { client } = await serve((_request, response) => respond(response));
    await expect(collect(client.watch('pods', { resourceVersion: '1' }), 1)).rejects.toMatchObject({ status: 410, reason: 'Expired' });
  });

  it('ends quietly when it is aborted', async () => {
    const { client } = await serve((_request, response) => {
      response.writeHead(200);
      response.write(event('ADDED', 'a', '2'));
    });
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const { object } of client.watch('pods', { resourceVersion: '1', signal: abort.signal })) {
      seen.push(object.metadata.name);
      abort.abort();
    }
    expect(seen).toEqual(['a']);
  });

  it('gives up when connections keep failing at once', async () => {
    const { client, requests } = await serve((_request, response) => response.destroy());
    await expect(collect(client.watch('pods', { resourceVersion: '1' }), 1)).rejects.toThrow('closed the connection');
    expect(requests).toHaveLength(5);
  });
});
