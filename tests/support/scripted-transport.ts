import type { HttpRequest, HttpResponse, HttpStream, Transport } from '../../src/kube/transport.ts';

export interface ScriptedAnswer {
  status?: number;
  body?: unknown;
}

/** A request as one line: `PATCH /path {"a":1}`. */
export function lineOf({ method, path, body }: HttpRequest): string {
  return `${method} ${path}${body === undefined ? '' : ` ${body}`}`;
}

/** A cluster that answers what a test says, and remembers what it was asked. */
export class ScriptedTransport implements Transport {
  readonly server = 'https://scripted.test';
  readonly requests: HttpRequest[] = [];
  readonly #answer: (request: HttpRequest) => ScriptedAnswer;

  constructor(answer: (request: HttpRequest) => ScriptedAnswer) {
    this.#answer = answer;
  }

  get lines(): string[] {
    return this.requests.map(lineOf);
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    const { status = 200, body = {} } = this.#answer(request);
    return Promise.resolve({ status, headers: {}, body: JSON.stringify(body) });
  }

  async stream(request: HttpRequest): Promise<HttpStream> {
    const { status, body } = await this.send(request);
    const lines = status < 300 ? body.split('\n') : [];
    return {
      status,
      errorBody: status < 300 ? '' : body,
      lines: (async function* () {
        await Promise.resolve();
        yield* lines;
      })(),
    };
  }

  close(): void {
    this.requests.length = 0;
  }
}

/** The Status object of a refusal. */
export function refusal(code: number, reason: string, message: string, details: object = {}): ScriptedAnswer {
  return { status: code, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, code, details } };
}
