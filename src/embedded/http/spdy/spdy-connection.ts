import { EmptyHeaderWriter, HeaderReader, uint32 } from './header-blocks.ts';

/** One of the streams that a client has opened. */
export interface SpdyStream {
  readonly headers: ReadonlyMap<string, string>;
  write(bytes: Uint8Array): void;
  /** Nothing more comes from the server. */
  end(): void;
}

/** Takes what the client sends on a stream. */
export interface SpdyStreamListener {
  data(bytes: Buffer): void;
  /** Nothing more comes from the client. */
  end(): void;
  /** The stream, or the whole connection, was broken off. */
  reset(): void;
}

export interface SpdyConnectionOptions {
  write(bytes: Uint8Array): void;
  /** Called once: the client broke the protocol. */
  fail(): void;
  /** A stream was opened; undefined refuses it. */
  accept(stream: SpdyStream): SpdyStreamListener | undefined;
}

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const FIN = 1;
const REFUSED_STREAM = 3;
const CONTROL = 0x8003;
const HEAD_BYTES = 8;
/** Longer frames than this are not taken; clients of Kubernetes send 32 KiB at a time. */
const MAX_FRAME_BYTES = 1024 * 1024;
const CHUNK_BYTES = 32 * 1024;

interface OpenStream {
  listener: SpdyStreamListener;
  isOver: { here: boolean; there: boolean };
}

/**
 * The server's side of a SPDY/3.1 connection, as far as clients of Kubernetes use it: they open streams, and nobody limits how much may be
 * on its way. Models github.com/moby/spdystream.
 */
export class SpdyConnection {
  readonly #options: SpdyConnectionOptions;
  readonly #reader = new HeaderReader();
  readonly #replies = new EmptyHeaderWriter();
  readonly #streams = new Map<number, OpenStream>();
  #unread: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(options: SpdyConnectionOptions) {
    this.#options = options;
  }

  receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (!this.#isOver && this.#unread.length >= HEAD_BYTES) {
      const length = this.#unread.readUIntBE(5, 3);
      if (length > MAX_FRAME_BYTES) {
        this.#fail();
        return;
      }
      if (this.#unread.length < HEAD_BYTES + length) return;
      const frame = this.#unread.subarray(0, HEAD_BYTES + length);
      this.#unread = this.#unread.subarray(HEAD_BYTES + length);
      this.#take(frame);
    }
  }

  /** The client has gone. */
  disconnect(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { listener } of this.#streams.values()) listener.reset();
    this.#streams.clear();
  }

  #take(frame: Buffer): void {
    const flags = frame[4]!;
    const payload = frame.subarray(HEAD_BYTES);
    try {
      if ((frame[0]! & 0x80) === 0) this.#takeData(frame.readUInt32BE(0), flags, payload);
      else if (frame.readUInt16BE(0) !== CONTROL) this.#fail();
      else this.#takeControl(frame.readUInt16BE(2), flags, payload);
    } catch {
      // Why: whatever cannot be read was not written by a client that speaks the protocol.
      this.#fail();
    }
  }

  #takeControl(type: number, flags: number, payload: Buffer): void {
    if (type === SYN_STREAM) this.#open(payload.readUInt32BE(0) & 0x7fffffff, flags, this.#reader.read(payload.subarray(10)));
    else if (type === PING) this.#options.write(controlFrame(PING, 0, payload));
    else if (type === RST_STREAM) {
      const id = payload.readUInt32BE(0);
      this.#streams.get(id)?.listener.reset();
      this.#streams.delete(id);
    }
  }

  #open(id: number, flags: number, headers: Map<string, string>): void {
    if (id % 2 === 0 || this.#streams.has(id)) {
      this.#fail();
      return;
    }
    const isOver = { here: false, there: false };
    const send = (bytes: Uint8Array, isLast: boolean): void => {
      if (isOver.here || this.#isOver) return;
      isOver.here = isLast;
      this.#options.write(dataFrame(id, isLast ? FIN : 0, bytes));
      this.#forgetIfOver(id);
    };
    const write = (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) send(bytes.subarray(at, at + CHUNK_BYTES), false);
    };
    // Why before it is taken: whoever takes it may have something to say at once, and a client hears nothing on a stream without a reply.
    this.#options.write(controlFrame(SYN_REPLY, 0, Buffer.concat([uint32(id), this.#replies.next()])));
    const listener = this.#options.accept({ headers, write, end: () => send(Buffer.alloc(0), true) });
    if (!listener) {
      this.#options.write(controlFrame(RST_STREAM, 0, Buffer.concat([uint32(id), uint32(REFUSED_STREAM)])));
      return;
    }
    this.#streams.set(id, { listener, isOver });
    if (flags & FIN) this.#endThere(id);
  }

  #takeData(id: number, flags: number, bytes: Buffer): void {
    const stream = this.#streams.get(id);
    // Why: a client may still be sending when it hears that a stream is no more.
    if (!stream || stream.isOver.there) return;
    if (bytes.length > 0) stream.listener.data(Buffer.from(bytes));
    if (flags & FIN) this.#endThere(id);
  }

  #endThere(id: number): void {
    const stream = this.#streams.get(id)!;
    stream.isOver.there = true;
    stream.listener.end();
    this.#forgetIfOver(id);
  }

  #forgetIfOver(id: number): void {
    const stream = this.#streams.get(id);
    if (stream?.isOver.here && stream.isOver.there) this.#streams.delete(id);
  }

  #fail(): void {
    if (this.#isOver) return;
    this.disconnect();
    this.#options.fail();
  }
}

function controlFrame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt16BE(CONTROL, 0);
  head.writeUInt16BE(type, 2);
  head[4] = flags;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

function dataFrame(id: number, flags: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(id, 0);
  head[4] = flags;
  head.writeUIntBE(bytes.length, 5, 3);
  return Buffer.concat([head, bytes]);
}
