import { createHash } from 'node:crypto';

/** What a server does with the messages of one WebSocket connection. */
export interface WebSocketSession {
  /** The protocol that was chosen among those the client offered. */
  protocol: string;
  /** The connection stands; answers who takes what comes over it. */
  open(peer: WebSocketPeer): WebSocketListener;
}

export interface WebSocketPeer {
  send(message: Uint8Array): void;
  /** Everything has been said. */
  close(): void;
}

export interface WebSocketListener {
  message(message: Buffer): void;
  /** The client has gone, or broke the protocol; not called after the session closed the connection itself. */
  gone(): void;
}

/** Longer messages than this are not taken; clients of Kubernetes send 32 KiB at a time. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const CLOSED_NORMALLY = 1000;
const BROKE_PROTOCOL = 1002;
const TOO_BIG = 1009;

/** The answer to `Sec-WebSocket-Key` (RFC 6455, 4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** Where the bytes of a connection go. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** The server's side of one WebSocket connection (RFC 6455) over a stream of bytes: frames, fragments, pings and the closing handshake. */
export class WebSocketConnection {
  readonly #sink: ByteSink;
  readonly #listener: WebSocketListener;
  #unread: Buffer = Buffer.alloc(0);
  #fragments: Buffer[] = [];
  #isClosed = false;

  constructor(session: WebSocketSession, sink: ByteSink) {
    this.#sink = sink;
    this.#listener = session.open({
      send: (message) => this.#send(BINARY, message),
      close: () => this.#close(CLOSED_NORMALLY),
    });
  }

  /** Bytes came from the client. */
  receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#unread = this.#unread.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#unread, bytes]);
    for (let frame = this.#nextFrame(); frame && !this.#isClosed; frame = this.#nextFrame()) this.#take(frame);
  }

  /** The client's side of the connection has ended. */
  disconnect(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.gone();
    this.#sink.end();
  }

  #nextFrame(): Frame | undefined {
    if (this.#isClosed) return undefined;
    const frame = readFrame(this.#unread);
    if (frame === 'incomplete') return undefined;
    if (typeof frame === 'number') {
      this.#fail(frame);
      return undefined;
    }
    this.#unread = this.#unread.subarray(frame.length);
    return frame;
  }

  #take({ opcode, isLast, payload }: Frame): void {
    if (opcode === PING) this.#send(PONG, payload);
    else if (opcode === CLOSE) this.#fail(CLOSED_NORMALLY);
    else if (opcode === TEXT || opcode === BINARY || opcode === CONTINUATION) this.#takeData(opcode, isLast, payload);
    else if (opcode !== PONG) this.#fail(BROKE_PROTOCOL);
  }

  #takeData(opcode: number, isLast: boolean, payload: Buffer): void {
    const isContinued = this.#fragments.length > 0;
    this.#fragments.push(payload);
    const size = this.#fragments.reduce((sum, { length }) => sum + length, 0);
    if ((opcode === CONTINUATION) !== isContinued) this.#fail(BROKE_PROTOCOL);
    else if (size > MAX_MESSAGE_BYTES) this.#fail(TOO_BIG);
    else if (isLast) this.#listener.message(Buffer.concat(this.#fragments.splice(0)));
  }

  #fail(code: number): void {
    this.#close(code);
    this.#listener.gone();
  }

  #send(opcode: number, payload: Uint8Array): void {
    if (!this.#isClosed) this.#sink.write(frameOf(opcode, payload));
  }

  #close(code: number): void {
    if (this.#isClosed) return;
    this.#send(CLOSE, Buffer.from([code >> 8, code & 0xff]));
    this.#isClosed = true;
    this.#sink.end();
  }
}

interface Frame {
  opcode: number;
  isLast: boolean;
  payload: Buffer;
  /** Bytes of the whole frame. */
  length: number;
}

/** The frame at the start of the bytes, or the code to close the connection with. */
function readFrame(bytes: Buffer): Frame | 'incomplete' | number {
  if (bytes.length < 2) return 'incomplete';
  const isMasked = (bytes[1]! & 0x80) !== 0;
  if (!isMasked || (bytes[0]! & 0x70) !== 0) return BROKE_PROTOCOL;
  const short = bytes[1]! & 0x7f;
  const maskAt = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (bytes.length < maskAt + 4) return 'incomplete';
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (size > MAX_MESSAGE_BYTES) return TOO_BIG;
  const length = maskAt + 4 + size;
  if (bytes.length < length) return 'incomplete';
  const payload = Buffer.from(bytes.subarray(maskAt + 4, length));
  for (let at = 0; at < size; at += 1) payload[at]! ^= bytes[maskAt + (at & 3)]!;
  return { opcode: bytes[0]! & 0x0f, isLast: (bytes[0]! & 0x80) !== 0, payload, length };
}

function frameOf(opcode: number, payload: Uint8Array): Buffer {
  const size = payload.byteLength;
  const head = Buffer.alloc(size < 126 ? 2 : size < 0x1_0000 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (size < 126) head[1] = size;
  else if (size < 0x1_0000) {
    head[1] = 126;
    head.writeUInt16BE(size, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, payload]);
}
