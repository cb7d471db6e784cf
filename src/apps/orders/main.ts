import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { Orders } from './orders.ts';
import { PORT, startLine } from './runtime.ts';

const MAX_BODY_CHARACTERS = 10_000;

/** The service as the process of an image: what docs/orders.md calls `lab/orders`. */
function main(): void {
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const orders = new Orders({ env, nowMs: () => Date.now(), log: print });
  const server = createServer(
    (request, response) => void serve(orders, request, response).catch((error: unknown) => giveUp(response, error)),
  );
  server.listen(Number(env['PORT'] ?? PORT), () => print(startLine((server.address() as AddressInfo).port, Date.now())));
  process.on('SIGTERM', () => process.exit(0));
}

async function serve(orders: Orders, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk as string;
    if (body.length > MAX_BODY_CHARACTERS) {
      response.writeHead(413).end();
      return;
    }
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const remoteIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const answer = orders.handle({ method: request.method ?? 'GET', target: request.url ?? '/', headers, body, remoteIp });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** Whoever leaves before they have said all, which is what mostly is behind it, must not end the service for everybody else. */
function giveUp(response: ServerResponse, error: unknown): void {
  print(JSON.stringify({ time: new Date().toISOString(), message: `a request was given up: ${String(error)}` }));
  response.destroy();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main();
