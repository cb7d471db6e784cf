/** One HTTP request to an API server. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, such as `/api/v1/namespaces/lab/pods?limit=5`. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** Ends the request, and the stream it may have opened. */
  signal?: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  body: string;
}

/** An answer that goes on: its lines as they arrive. An answer that is no success is read to its end and has no lines. */
export interface HttpStream {
  status: number;
  /** The whole body of an answer that is not a success, else empty. */
  errorBody: string;
  /** Ends when the server closes the connection or the request's signal is aborted; rejects with a ClusterError when the connection breaks. */
  lines: AsyncIterable<string>;
}

/**
 * The way to an API server: a socket, or a handler in this process.
 * Rejects with a ClusterError without a status when there is no answer; an answer that is an error is an answer.
 */
export interface Transport {
  /** How the server is called in messages, such as `https://127.0.0.1:40123`. */
  readonly server: string;
  send(request: HttpRequest): Promise<HttpResponse>;
  stream(request: HttpRequest): Promise<HttpStream>;
  /** Closes idle connections. */
  close(): void;
}
