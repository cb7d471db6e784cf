import type { IncomingMessage, ServerResponse } from 'node:http';
import { NetworkError, type NetworkOrigin, type VirtualNetwork } from '../network/http.ts';

/** Longer requests than this are not led on. */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** Where a request is led on to, and in whose name. */
export interface RelayTarget {
  network: VirtualNetwork;
  from: NetworkOrigin;
  url: string;
}

/** Leads a request that came over a real connection into a virtual network, and its answer back. The connection is broken off when there is none. */
export async function relayRequest(target: RelayTarget, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { network, from, url } = target;
  const { method = 'GET' } = request;
  try {
    const body = await readBody(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = await network.request(from, { method, url, headers, ...(body !== '' && { body }) });
    // Why: they are about the connection to the pod, not about this one.
    const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...kept } = answer.headers;
    response.writeHead(answer.status, { ...kept, 'content-length': Buffer.byteLength(answer.body) });
    response.end(method === 'HEAD' ? '' : answer.body);
  } catch (error) {
    response.destroy();
    if (!(error instanceof NetworkError) && !request.destroyed) throw error;
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
