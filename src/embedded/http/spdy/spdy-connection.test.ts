import { createDeflate, constants, createInflate, type Deflate } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DICTIONARY } from './dictionary.ts';
import { uint32 } from './header-blocks.ts';
import { SpdyConnection } from './spdy-connection.ts';

/** What a client writes; its headers are one compressed stream. */
class Client {
  readonly #deflate: Deflate = createDeflate({ dictionary: DICTIONARY, level: 9 });
  readonly #compressed: Buffer[] = [];

  constructor() {
    this.#deflate.on('data', (bytes: Buffer) => this.#compressed.push(bytes));
  }

  async open(id: number, headers: Record<string, string>, flags = 0): Promise<Buffer> {
    const pairs = Object.entries(headers).flatMap(([name, value]) => [name, value]);
    this.#deflate.write(Buffer.concat([uint32(pairs.length / 2), ...pairs.flatMap((text) => [uint32(text.length), Buffer.from(text)])]));
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    return control(1, Buffer.concat([uint32(id), uint32(0), Buffer.from([0, 0]), ...this.#compressed.splice(0)]), flags);
  }
}

function control(type: number, payload: Buffer, flags = 0): Buffer {
  return Buffer.concat([Buffer.from([0x80, 3, 0, type, flags]), uint32(payload.length).subarray(1), payload]);
}

function data(id: number, text: string, flags = 0): Buffer {
  return Buffer.concat([uint32(id), Buffer.from([flags]), uint32(text.length).subarray(1), Buffer.from(text)]);
}

const FIN = 1;

/** A connection whose streams send back what they get, unless their headers ask for nothing. */
function connect() {
  const seen = { sent: [] as Buffer[], fails: 0, headers: [] as Record<string, string>[], resets: 0 };
  const connection = new SpdyConnection({
    write: (bytes) => seen.sent.push(Buffer.from(bytes)),
    fail: () => (seen.fails += 1),
    accept: (stream) => {
      seen.headers.push(Object.fromEntries(stream.headers));
      if (stream.headers.has('refuse')) return undefined;
      return { data: (bytes) => stream.write(bytes), end: () => stream.end(), reset: () => (seen.resets += 1) };
    },
  });
  return { connection, seen };
}

const lines = (frames: readonly Buffer[]): string[] =>
  frames.map((frame) => {
    if (frame[0]! & 0x80) return `control ${frame[3]} of ${frame.readUInt32BE(8)}`;
    return `${frame.readUInt32BE(0)}: ${frame.subarray(8).toString()}${frame[4]! & FIN ? ' (end)' : ''}`;
  });

describe('a SPDY connection', () => {
  it('reads the headers of every stream, replies, and leads both ways', async () => {
    const { connection, seen } = connect();
    const client = new Client();
    connection.receive(await client.open(1, { streamtype: 'error', port: '8080' }));
    connection.receive(await client.open(3, { Streamtype: 'data', port: '8080' }));
    connection.receive(Buffer.concat([data(3, 'hello'), data(3, 'you', FIN), data(1, '', FIN)]));
    expect(seen.headers).toEqual([
      { streamtype: 'error', port: '8080' },
      { streamtype: 'data', port: '8080' },
    ]);
    expect(lines(seen.sent)).toEqual(['control 2 of 1', 'control 2 of 3', '3: hello', '3: you', '3:  (end)', '1:  (end)']);
  });

  it('replies with headers that can be read', async () => {
    const { connection, seen } = connect();
    const client = new Client();
    for (const id of [1, 3, 5]) connection.receive(await client.open(id, { a: 'b' }));
    const inflate = createInflate({ dictionary: DICTIONARY });
    const read: Buffer[] = [];
    inflate.on('data', (bytes: Buffer) => read.push(bytes));
    for (const frame of seen.sent) inflate.write(frame.subarray(12));
    await new Promise<void>((resolve) => inflate.flush(resolve));
    expect(Buffer.concat(read)).toEqual(Buffer.alloc(12));
  });

  it('takes frames in whatever pieces they come', async () => {
    const { connection, seen } = connect();
    for (const byte of Buffer.concat([await new Client().open(1, { a: 'b' }), data(1, 'x'.repeat(300))]))
      connection.receive(Buffer.from([byte]));
    expect(lines(seen.sent)).toEqual(['control 2 of 1', `1: ${'x'.repeat(300)}`]);
  });

  it('answers a ping, refuses a stream, and passes on that one was broken off', async () => {
    const { connection, seen } = connect();
    const client = new Client();
    connection.receive(control(6, uint32(7)));
    connection.receive(await client.open(1, { refuse: 'yes' }));
    connection.receive(await client.open(3, { a: 'b' }));
    connection.receive(control(3, Buffer.concat([uint32(3), uint32(5)])));
    connection.receive(data(3, 'too late'));
    expect(lines(seen.sent)).toEqual(['control 6 of 7', 'control 2 of 1', 'control 3 of 1', 'control 2 of 3']);
    expect(seen).toMatchObject({ resets: 1, fails: 0 });
  });

  it('ends every stream when the client has gone', async () => {
    const { connection, seen } = connect();
    const client = new Client();
    for (const id of [1, 3]) connection.receive(await client.open(id, { a: 'b' }));
    connection.disconnect();
    connection.disconnect();
    expect(seen.resets).toBe(2);
  });

  it.each<[string, Buffer]>([
    ['another version', Buffer.from([0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1])],
    ['headers that are none', control(1, Buffer.alloc(30))],
    ['a stream without anything', control(1, Buffer.alloc(2))],
    ['a frame that is too long', Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff])],
  ])('fails once on %s', (_what, bytes) => {
    const { connection, seen } = connect();
    connection.receive(bytes);
    connection.receive(bytes);
    expect(seen.fails).toBe(1);
  });

  it('fails on an even number, and on one that is taken', async () => {
    for (const [first, second] of [
      [1, 2],
      [1, 1],
    ] as const) {
      const { connection, seen } = connect();
      const client = new Client();
      connection.receive(await client.open(first, { a: 'b' }));
      connection.receive(await client.open(second, { a: 'b' }));
      expect(seen).toMatchObject({ fails: 1, resets: 1 });
    }
  });

  it('survives whatever bytes come', async () => {
    const opening = await new Client().open(1, { a: 'b' });
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(opening)))), (pieces) => {
        const { connection, seen } = connect();
        for (const piece of pieces) connection.receive(piece);
        connection.disconnect();
        expect(seen.fails).toBeLessThanOrEqual(1);
      }),
    );
  });
});
