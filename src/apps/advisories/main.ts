import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { Advisories } from './advisories.ts';
import { PORT, startLine } from './runtime.ts';

/** The service as the process of an image: what docs/advisories.md calls `lab/advisories`. */
function main(): void {
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const service = new Advisories({ env, nowMs: () => Date.now(), readFile, log: print });
  const server = createServer((request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = service.handle({ method: request.method ?? 'GET', target: request.url ?? '/', headers });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(Number(env['PORT'] ?? PORT), () => print(startLine((server.address() as AddressInfo).port, Date.now())));
  process.on('SIGTERM', () => process.exit(0));
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main();
