import { ClusterError } from '../../errors.ts';
import { linesOf } from '../../kube/lines.ts';
import type { HttpRequest, HttpResponse, HttpStream, Transport } from '../../kube/transport.ts';

/** One HTTP request to an API server in this process. */
interface Call {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

interface Sink {
  write(text: string): void;
  end(): void;
  backlogBytes(): number;
}

interface Stream {
  open(sink: Sink): () => void;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Uint8Array | Stream;
}

/** An API server that is called without a socket. */
export interface CallableServer {
  handle(call: Call): Promise<Answer>;
}

/** The way to an API server in this process, under the identity that the token stands for. */
export class InProcessTransport implements Transport {
  readonly server = 'the cluster in this process';
  readonly #target: CallableServer;
  readonly #token: string;

  constructor(target: CallableServer, token: string) {
    this.#target = target;
    this.#token = token;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { status, headers, body } = await this.#call(request);
    if (isStream(body)) throw new ClusterError(`${request.method} ${request.path} is answered with a stream`, { status });
    return { status, headers: headers as HttpResponse['headers'], body: textOf(body) };
  }

  async stream(request: HttpRequest): Promise<HttpStream> {
    const { status, body } = await this.#call(request);
    if (status >= 300) return { status, errorBody: isStream(body) ? '' : textOf(body), lines: linesOf([]) };
    return { status, errorBody: '', lines: linesOf(isStream(body) ? chunksOf(body, request.signal) : [textOf(body)]) };
  }

  close(): void {
    // There is no connection.
  }

  #call({ method, path, headers, body }: HttpRequest): Promise<Answer> {
    const all = { ...headers, authorization: `Bearer ${this.#token}` };
    return this.#target.handle({ method, path, headers: all, ...(body !== undefined && { body }) });
  }
}

function isStream(body: Answer['body']): body is Stream {
  return typeof body === 'object' && 'open' in body;
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
}

/** What a stream writes, as it comes, until it ends or nobody wants it any more. */
async function* chunksOf(stream: Stream, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const waiting: string[] = [];
  let isOver = false;
  let wake: () => void = () => undefined;
  const end = (): void => {
    isOver = true;
    wake();
  };
  const close = stream.open({
    write: (text) => {
      waiting.push(text);
      wake();
    },
    end,
    backlogBytes: () => 0,
  });
  signal?.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift()!;
      if (isOver) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener('abort', end);
    close();
  }
}
