import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isStream, type ApiAnswer } from './api-call.ts';
import { acceptKey, WebSocketConnection, type WebSocketSession } from './web-socket.ts';

/** Answers a request to change the protocol of its connection: with a WebSocket, or with an ordinary answer that ends the connection. */
export function answerUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, answer: ApiAnswer): void {
  const key = request.headers['sec-websocket-key'];
  if (answer.webSocket && key !== undefined) talk(answer.webSocket, key, socket, head);
  else if (isStream(answer.body)) stream(socket, answer);
  else socket.end(Buffer.concat([Buffer.from(headOf(answer)), Buffer.from(answer.body)]));
}

function talk(session: WebSocketSession, key: string, socket: Duplex, head: Buffer): void {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write([...lines, `Sec-WebSocket-Accept: ${acceptKey(key)}`, `Sec-WebSocket-Protocol: ${session.protocol}`, '', ''].join('\r\n'));
  const connection = new WebSocketConnection(session, {
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    end: () => socket.end(),
  });
  socket.on('data', (bytes: Buffer) => connection.receive(bytes));
  socket.on('end', () => connection.disconnect());
  socket.on('close', () => connection.disconnect());
  if (head.length > 0) connection.receive(head);
}

/** Without a length and without chunks: the end of the connection is the end of the body. */
function stream(socket: Duplex, answer: ApiAnswer): void {
  if (!isStream(answer.body)) return;
  socket.write(headOf(answer));
  const stop = answer.body.open({
    write: (text) => {
      if (socket.writable) socket.write(text);
    },
    end: () => socket.end(),
    backlogBytes: () => socket.writableLength,
  });
  socket.on('close', stop);
}

function headOf({ status, headers, body, webSocket }: ApiAnswer): string {
  // Why: a WebSocket without a key is no handshake.
  const code = webSocket ? 400 : status;
  const fields = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  const length = isStream(body) ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  return [`HTTP/1.1 ${code} ${STATUS_CODES[code]}`, ...fields, ...length, 'connection: close', '', ''].join('\r\n');
}
