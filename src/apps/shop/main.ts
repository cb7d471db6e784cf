import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import process from 'node:process';
import { keepOrders, type OutgoingRequest, type ShopHandler } from './order-keeping.ts';
import { DRAIN_MS, PORT, startLine } from './runtime.ts';
import { Shop } from './shop.ts';

const MAX_BODY_CHARACTERS = 100_000;

/** The shop as the process of an image: what docs/shop.md calls `lab/shop`. */
function main(): void {
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const place = { hostname: hostname(), env, nowMs: () => Date.now(), log: print };
  const shop = new Shop({ release: env['RELEASE'] ?? '', ...place });
  const handle = keepOrders(shop, { ...place, send });
  const server = createServer(
    (request, response) => void serve(handle, request, response).catch((error: unknown) => giveUp(response, error)),
  );
  server.listen(Number(env['PORT'] ?? PORT), () => {
    const { port } = server.address() as AddressInfo;
    print(startLine(env['RELEASE'] ?? '', port, Date.now()));
  });
  process.on('SIGTERM', () => {
    shop.beginClosing();
    setTimeout(() => process.exit(0), DRAIN_MS);
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function send({ url, timeoutMs, ...request }: OutgoingRequest): Promise<{ status: number; body: string }> {
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) });
  return { status: answer.status, body: await answer.text() };
}

async function serve(handle: ShopHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
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
  const answer = await handle({ method: request.method ?? 'GET', target: request.url ?? '/', headers, body, remoteIp });
  response.writeHead(answer.status, answer.headers).end(request.method === 'HEAD' ? undefined : answer.body);
}

/** Whoever leaves before they have said all, which is what mostly is behind it, must not end the shop for everybody else. */
function giveUp(response: ServerResponse, error: unknown): void {
  print(JSON.stringify({ time: new Date().toISOString(), message: `a request was given up: ${String(error)}` }));
  response.destroy();
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
