import { setTimeout } from 'node:timers/promises';
import type { HttpRequest, HttpResponse, HttpStream, Transport } from '../../kube/transport.ts';

const TOO_MANY_REQUESTS = 429;
const ATTEMPTS = 20;
const LONGEST_WAIT_MS = 1_000;
const FIRST_WAIT_MS = 50;

/**
 * A transport that asks again when the server says that it cannot answer yet and did nothing, as it does while it gets to know a kind
 * that was only just defined. Models what client-go does with 429.
 */
export class PatientTransport implements Transport {
  readonly server: string;
  readonly #through: Transport;

  constructor(through: Transport) {
    this.server = through.server;
    this.#through = through;
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    return patiently(() => this.#through.send(request));
  }

  stream(request: HttpRequest): Promise<HttpStream> {
    return patiently(() => this.#through.stream(request));
  }

  close(): void {
    this.#through.close();
  }
}

async function patiently<T extends { status: number }>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1, waitMs = FIRST_WAIT_MS; ; attempt++, waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const answer = await ask();
    if (answer.status !== TOO_MANY_REQUESTS || attempt === ATTEMPTS) return answer;
    await setTimeout(waitMs);
  }
}
