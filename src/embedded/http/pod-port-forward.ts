import type { Duplex } from 'node:stream';
import type { Pod } from '../../kube/types/core.ts';
import { badRequest } from '../api/api-error.ts';
import type { VirtualNetwork } from '../network/http.ts';
import type { ApiCall } from './api-call.ts';
import { podHttpServer } from './pod-http-server.ts';
import { requireWebSocket } from './require-web-socket.ts';
import { SpdyConnection, type SpdyStream, type SpdyStreamListener } from './spdy/spdy-connection.ts';
import { StreamSocket } from './stream-socket.ts';
import type { WebSocketPeer, WebSocketSession } from './web-socket.ts';

/** Models client-go tools/portforward: SPDY within a WebSocket. */
const PROTOCOL = 'SPDY/3.1+portforward.k8s.io';

/** What GET pods/x/portforward asks for, as a session over a WebSocket; throws ApiError when it cannot begin. */
export function openPortForward(call: ApiCall, pod: Pod, network: VirtualNetwork): WebSocketSession {
  const protocol = requireWebSocket(call, 'portforward', [PROTOCOL]);
  if (!pod.spec.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  return {
    protocol,
    open: (peer) => {
      const connection = new PortForward(pod, network, peer).connection;
      return { message: (bytes) => connection.receive(bytes), gone: () => connection.disconnect() };
    },
  };
}

/** The connections that one client leads to the ports of a pod. */
class PortForward {
  readonly connection: SpdyConnection;
  readonly #pod: Pod;
  readonly #network: VirtualNetwork;
  readonly #servers = new Map<number, (connection: Duplex) => void>();
  /** The streams on which is told what went wrong with a connection, by its request. */
  readonly #errors = new Map<string, SpdyStream>();

  constructor(pod: Pod, network: VirtualNetwork, peer: WebSocketPeer) {
    this.#pod = pod;
    this.#network = network;
    this.connection = new SpdyConnection({
      write: (bytes) => peer.send(bytes),
      fail: () => peer.close(),
      accept: (stream) => this.#accept(stream),
    });
  }

  /** Each connection has two streams; the one for errors comes first. Models kubelet cri/streaming/portforward/httpstream.go. */
  #accept(stream: SpdyStream): SpdyStreamListener | undefined {
    const request = stream.headers.get('requestid');
    const port = Number(stream.headers.get('port'));
    if (request === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
    const type = stream.headers.get('streamtype');
    if (type === 'error') {
      this.#errors.set(request, stream);
      return IGNORING;
    }
    const errors = this.#errors.get(request);
    if (type !== 'data' || !errors) return undefined;
    this.#errors.delete(request);
    return this.#connect(port, stream, errors);
  }

  #connect(port: number, data: SpdyStream, errors: SpdyStream): SpdyStreamListener {
    const ip = this.#pod.status?.podIP ?? '';
    if (!this.#network.isListening(ip, port)) {
      errors.write(Buffer.from(refusal(this.#pod, port)));
      data.end();
      errors.end();
      return IGNORING;
    }
    const socket = new StreamSocket({
      write: (bytes) => data.write(bytes),
      end: () => {
        data.end();
        errors.end();
      },
    });
    this.#serverOf(ip, port)(socket);
    return { data: (bytes) => socket.receive(bytes), end: () => socket.receive(null), reset: () => void socket.destroy() };
  }

  #serverOf(ip: string, port: number): (connection: Duplex) => void {
    const server = this.#servers.get(port) ?? podHttpServer(this.#network, ip, port);
    this.#servers.set(port, server);
    return server;
  }
}

const IGNORING: SpdyStreamListener = { data: () => undefined, end: () => undefined, reset: () => undefined };

/** Models containerd internal/cri/server/sandbox_portforward_linux.go, in short. */
function refusal({ metadata }: Pod, port: number): string {
  return `error forwarding port ${port} to pod ${metadata.name}, uid ${metadata.uid}: dial tcp4 127.0.0.1:${port}: connect: connection refused`;
}
