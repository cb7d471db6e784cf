import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** What came back, as far as it is read here. */
export interface RawAnswer {
  status: number;
  contentType: string;
  body: string;
  /** Whether the server ended the connection, so that nothing more can be asked on it. */
  isClosed: boolean;
}

const ANSWER_WITHIN_MS = 30_000;

/** Asks over one TLS connection, which is made anew when the server has ended it. One request at a time. */
export class RawClient {
  readonly #options: ConnectionOptions;
  #socket: TLSSocket | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Sends the bytes as they are; rejects when the connection ends without an answer. */
  async ask(bytes: Buffer, isHead = false): Promise<RawAnswer> {
    const socket = (this.#socket ??= await this.#connect());
    const answer = await new Promise<RawAnswer>((resolve, reject) => {
      let received = Buffer.alloc(0);
      const done = (act: () => void): void => {
        clearTimeout(timer);
        socket.removeAllListeners('data').removeAllListeners('close');
        act();
      };
      const timer = setTimeout(
        () => done(() => reject(new Error(`no answer; so far: ${received.toString().slice(0, 200)}`))),
        ANSWER_WITHIN_MS,
      );
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        const whole = readAnswer(received, isHead, false);
        if (whole) done(() => resolve(whole));
      });
      socket.on('close', () => {
        const whole = readAnswer(received, isHead, true);
        done(() => (whole ? resolve({ ...whole, isClosed: true }) : reject(new Error('the connection ended without an answer'))));
      });
      socket.write(bytes);
    }).catch((error: unknown) => {
      this.close();
      throw error;
    });
    if (answer.isClosed) this.close();
    return answer;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ ...this.#options, ALPNProtocols: ['http/1.1'] }, () => resolve(socket));
      socket.on('error', reject);
    });
  }
}

/** The answer that the bytes hold; undefined while it is not all there. */
function readAnswer(bytes: Buffer, isHead: boolean, isEnd: boolean): RawAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const rest = bytes.subarray(headEnd + 4);
  if (status === 100) return readAnswer(rest, isHead, isEnd);
  const header = (name: string): string =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const body = readBody(rest, {
    isHead: isHead || status === 304,
    isEnd,
    length: header('content-length'),
    coding: header('transfer-encoding'),
  });
  if (body === undefined) return undefined;
  return { status, contentType: header('content-type'), body, isClosed: isEnd || header('connection').toLowerCase() === 'close' };
}

function readBody(
  rest: Buffer,
  { isHead, isEnd, length, coding }: { isHead: boolean; isEnd: boolean; length: string; coding: string },
): string | undefined {
  if (isHead) return '';
  if (coding === 'chunked') return readChunks(rest);
  if (length !== '') return rest.length >= Number(length) ? rest.subarray(0, Number(length)).toString() : undefined;
  return isEnd ? rest.toString() : undefined;
}

function readChunks(bytes: Buffer): string | undefined {
  const parts: Buffer[] = [];
  for (let position = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', position);
    if (lineEnd < 0) return undefined;
    const size = parseInt(bytes.subarray(position, lineEnd).toString('latin1'), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(parts).toString();
    parts.push(bytes.subarray(start, start + size));
    position = start + size + 2;
  }
}
