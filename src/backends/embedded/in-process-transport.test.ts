import { describe, expect, it } from 'vitest';
import { KubeClient } from '../../kube/client.ts';
import { InProcessTransport, type CallableServer } from './in-process-transport.ts';

type Answer = Awaited<ReturnType<CallableServer['handle']>>;

function client(answer: (call: Parameters<CallableServer['handle']>[0]) => Answer): KubeClient {
  return new KubeClient(new InProcessTransport({ handle: (call) => Promise.resolve(answer(call)) }, 'secret'));
}

describe('InProcessTransport', () => {
  it('passes requests on with the token, and answers as text', async () => {
    const calls: unknown[] = [];
    const body = new TextEncoder().encode('{"metadata":{"name":"é"}}');
    const kube = client((call) => {
      calls.push(call);
      return { status: 200, headers: {}, body };
    });
    expect(await kube.get('pods', 'lab', 'a')).toEqual({ metadata: { name: 'é' } });
    expect(calls).toEqual([
      {
        method: 'GET',
        path: '/api/v1/namespaces/lab/pods/a',
        headers: { accept: 'application/json', 'user-agent': 'lab', authorization: 'Bearer secret' },
      },
    ]);
  });

  it('streams a watch, and tells the server when nobody wants it any more', async () => {
    let write: (text: string) => void = () => undefined;
    let isClosed = false;
    const kube = client(() => ({
      status: 200,
      headers: {},
      body: {
        open: (sink) => {
          write = (text) => sink.write(text);
          write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n{"type":"MOD');
          return () => (isClosed = true);
        },
      },
    }));
    const seen: string[] = [];
    for await (const { type, object } of kube.watch('pods', { resourceVersion: '1' })) {
      seen.push(`${type} ${object.metadata.name}`);
      if (seen.length === 2) break;
      write('IFIED","object":{"metadata":{"name":"b"}}}\n');
    }
    expect(seen).toEqual(['ADDED a', 'MODIFIED b']);
    expect(isClosed).toBe(true);
  });

  it('ends a watch that is aborted while it waits', async () => {
    let isClosed = false;
    const kube = client(() => ({ status: 200, headers: {}, body: { open: () => () => (isClosed = true) } }));
    const abort = new AbortController();
    setImmediate(() => abort.abort());
    for await (const event of kube.watch('pods', { resourceVersion: '1', signal: abort.signal }))
      throw new Error(`unexpected ${event.type}`);
    expect(isClosed).toBe(true);
  });

  it('tells a refused watch in the words of the server', async () => {
    const refused = { kind: 'Status', message: 'no watching here', reason: 'Forbidden', code: 403 };
    const kube = client(() => ({ status: 403, headers: {}, body: JSON.stringify(refused) }));
    await expect(kube.watch('pods', { resourceVersion: '1' }).next()).rejects.toMatchObject({ message: 'no watching here', status: 403 });
  });
});
