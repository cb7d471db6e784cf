import { Duplex } from 'node:stream';

/** Where the bytes of a stream go that is used like a socket. */
export interface StreamSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** One stream of a connection with several, as the socket that Node's HTTP server wants. */
export class StreamSocket extends Duplex {
  readonly #sink: StreamSink;

  constructor(sink: StreamSink) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#sink = sink;
  }

  /** Bytes came from the other side; null when no more will. */
  receive(bytes: Buffer | null): void {
    if (!this.destroyed) this.push(bytes);
  }

  override _read(): void {
    // Bytes come when they come.
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#sink.write(bytes);
    done();
  }

  override _final(done: () => void): void {
    this.#sink.end();
    done();
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    this.#sink.end();
    done();
  }
}
