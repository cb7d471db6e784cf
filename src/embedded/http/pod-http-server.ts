import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NetworkOrigin, VirtualNetwork } from '../network/http.ts';
import { relayRequest } from './relay-request.ts';

/** Why the kubelet: it is the node that asks, within the pod, past everything that stands between pods. */
const NODE: NetworkOrigin = { kind: 'kubelet' };

/** Understands what comes over connections from outside as HTTP, and asks a port of a pod in their name; a pod that goes before it has answered breaks them off. */
export function podHttpServer(network: VirtualNetwork, ip: string, port: number): (connection: Duplex) => void {
  const server = createServer((request, response) => {
    const { url: path = '/' } = request;
    const url = `http://${ip}:${port}${path.startsWith('/') ? path : '/'}`;
    void relayRequest({ network, from: NODE, url }, request, response);
  });
  return (connection) => void server.emit('connection', connection);
}
