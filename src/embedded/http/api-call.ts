import type { WebSocketSession } from './web-socket.ts';

/** One HTTP request to the API server, whatever way it came. */
export interface ApiCall {
  method: string;
  /** Path and query as on the request line, percent-encoded. */
  path: string;
  /** Values by lower-case name; a list where a header came more than once. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  body?: Uint8Array | string;
}

/** The server's answer. */
export interface ApiAnswer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string | string[]>;
  body: string | Uint8Array | AnswerStream;
  /** With status 101: what goes on over the connection as a WebSocket, in place of a body. */
  webSocket?: WebSocketSession;
}

/** A body that goes on: a watch, a log that is followed. */
export interface AnswerStream {
  /** Begins to write; answers a function that the transport calls when the client has gone. */
  open(sink: AnswerSink): () => void;
}

/** Where a stream writes to. Nothing may be written after `end`. */
export interface AnswerSink {
  write(text: string): void;
  /** The body is complete. */
  end(): void;
  /** Bytes that the client has not taken yet. */
  backlogBytes(): number;
}

export function isStream(body: ApiAnswer['body']): body is AnswerStream {
  return typeof body === 'object' && 'open' in body;
}

/** The first value of a header. */
export function headerOf({ headers }: Pick<ApiCall, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}
