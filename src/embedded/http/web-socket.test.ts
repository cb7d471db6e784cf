import { describe, expect, it } from 'vitest';
import { acceptKey, WebSocketConnection } from './web-socket.ts';

/** A frame as a client sends it: masked. */
function clientFrame(opcode: number, payload: string | Buffer, { isLast = true } = {}): Buffer {
  const bytes = Buffer.from(payload);
  const size = bytes.length < 126 ? [0x80 | bytes.length] : [0x80 | 126, bytes.length >> 8, bytes.length & 0xff];
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | opcode, ...size]), mask, bytes.map((byte, at) => byte ^ mask[at & 3]!)]);
}

function connect() {
  const seen = { messages: [] as string[], gone: 0, sent: [] as Buffer[], ended: 0 };
  let close = (): void => undefined;
  let send: (message: string) => void = () => undefined;
  const connection = new WebSocketConnection(
    {
      protocol: 'test',
      open: (peer) => {
        close = () => peer.close();
        send = (message) => peer.send(Buffer.from(message));
        return { message: (message) => seen.messages.push(message.toString()), gone: () => (seen.gone += 1) };
      },
    },
    { write: (bytes) => seen.sent.push(Buffer.from(bytes)), end: () => (seen.ended += 1) },
  );
  return { connection, seen, close: () => close(), send: (message: string) => send(message) };
}

describe('a WebSocket', () => {
  it('answers the key of the RFC as the RFC does', () => {
    expect(acceptKey('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });

  it('reads messages whatever pieces they come in', () => {
    const { connection, seen } = connect();
    const bytes = Buffer.concat([clientFrame(2, 'one'), clientFrame(2, 'x'.repeat(300)), clientFrame(1, 'three')]);
    for (const byte of bytes) connection.receive(Buffer.from([byte]));
    expect(seen.messages).toEqual(['one', 'x'.repeat(300), 'three']);
  });

  it('joins fragments, and answers a ping between them', () => {
    const { connection, seen } = connect();
    connection.receive(clientFrame(2, 'a', { isLast: false }));
    connection.receive(clientFrame(9, 'hey'));
    connection.receive(clientFrame(0, 'b'));
    expect(seen.messages).toEqual(['ab']);
    expect(seen.sent).toEqual([Buffer.concat([Buffer.from([0x8a, 3]), Buffer.from('hey')])]);
  });

  it.each([10, 200, 70_000])('sends %i bytes', (size) => {
    const { seen, send } = connect();
    send('y'.repeat(size));
    expect(seen.sent[0]!.length).toBe(size + (size < 126 ? 2 : size < 0x1_0000 ? 4 : 10));
    expect(seen.sent[0]![0]).toBe(0x82);
  });

  it('closes once, and then neither sends nor hears', () => {
    const { connection, seen, close, send } = connect();
    close();
    send('late');
    connection.receive(clientFrame(2, 'late'));
    connection.disconnect();
    expect(seen).toEqual({ messages: [], gone: 0, sent: [Buffer.from([0x88, 2, 0x03, 0xe8])], ended: 1 });
  });

  it.each([
    ['is closed by the client', clientFrame(8, ''), 1000],
    ['gets a frame without a mask', Buffer.from([0x82, 1, 65]), 1002],
    ['gets a fragment of nothing', clientFrame(0, 'b'), 1002],
    ['gets an opcode that there is not', clientFrame(5, ''), 1002],
    ['gets too much', Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]), 1009],
  ])('ends when it %s', (_what, bytes, code) => {
    const { connection, seen } = connect();
    connection.receive(bytes);
    expect(seen).toMatchObject({ gone: 1, ended: 1, messages: [] });
    expect(seen.sent.at(-1)!.readUInt16BE(2)).toBe(code);
  });

  it('notices that the client is gone', () => {
    const { connection, seen } = connect();
    connection.disconnect();
    connection.disconnect();
    expect(seen).toMatchObject({ gone: 1, ended: 1 });
  });
});
