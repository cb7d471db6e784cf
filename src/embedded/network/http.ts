/** An HTTP request on the virtual network. */
export interface HttpRequest {
  method: string;
  /** Absolute, `http:` only; the host may be a pod IP, a cluster IP, or a cluster DNS name. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
  timeoutMs?: number;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Why a request got no answer, in the words of the system calls that fail. */
export type NetworkErrorCode = 'EAI_AGAIN' | 'ECONNREFUSED' | 'ECONNRESET' | 'ENOTFOUND' | 'ETIMEDOUT' | 'EHOSTUNREACH';

export class NetworkError extends Error {
  readonly code: NetworkErrorCode;

  constructor(code: NetworkErrorCode, message: string) {
    super(message);
    this.name = 'NetworkError';
    this.code = code;
  }
}

/** Who sends a request. */
export type NetworkOrigin =
  | { kind: 'pod'; namespace: string; pod: string; ip: string }
  /** The kubelet, probing. */
  | { kind: 'kubelet' }
  /** The Argo Rollouts controller's web and prometheus providers. */
  | { kind: 'controller' }
  /** Somebody outside: a customer, or a drill that plays one. */
  | { kind: 'client'; name: string };

/** A server program in a pod: answers requests that reach its port. A promise waits for nothing but the network: time goes on meanwhile. */
export type HttpHandler = (request: ServedRequest) => HttpResponse | Promise<HttpResponse>;

/** A request as the program that answers it sees it. */
export interface ServedRequest {
  method: string;
  /** Path and query, as on the request line. */
  target: string;
  headers: Record<string, string>;
  body: string;
  remoteIp: string;
}

/** One request that was made on the virtual network, and who answered it. */
export interface RequestRecord {
  atMs: number;
  from: NetworkOrigin;
  method: string;
  url: string;
  userAgent: string;
  /** The Service it was addressed to, if any. */
  service?: { namespace: string; name: string };
  /** The pod that answered or refused, if it got that far. */
  pod?: { namespace: string; name: string };
  /** HTTP status, or the error. */
  outcome: number | NetworkErrorCode;
}

/** The network between pods; nothing on it can reach the machine that the cluster runs on. */
export interface VirtualNetwork {
  /** Sends a request the way kube-proxy and cluster DNS would route it; rejects with NetworkError when nobody answers. */
  request(from: NetworkOrigin, request: HttpRequest): Promise<HttpResponse>;
  /** Lets a program answer on a port of a pod's IP until the answer is called. */
  listen(podIp: string, port: number, handler: HttpHandler): () => void;
  /** Whether something listens there: what a TCP probe finds out. */
  isListening(ip: string, port: number): boolean;
  /** Hears of every request once it has ended. */
  observe(listener: (record: RequestRecord) => void): () => void;
}
