import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serveCluster } from '../../src/embedded/http/testing/served-cluster.ts';
import { hostileRequests } from './hostile-arbitrary.ts';
import { bytesOf, CORE, type HostileRequest } from './hostile-request.ts';
import type { RawAnswer } from './raw-http.ts';
import { FIXED_REQUESTS, prepare, type AskedServer } from './recording.ts';
import { serverOf } from './served.ts';

const COUNT = Number(process.env['HOSTILE_COUNT'] ?? 10_000);
const SEED = Number(process.env['HOSTILE_SEED'] ?? 20_261_126);
const CONNECTIONS = 4;
const GOOD_EVERY = 100;

/** Why none that are long: ten thousand of them would take minutes to send. */
const SEEDS = FIXED_REQUESTS.filter(
  ({ body, headers = [] }) => (body?.byteLength ?? 0) < 20_000 && headers.every(([, value]) => value.length < 3000),
);

/** Texts that the server says where there is no Status: what is no HTTP, and what comes before the API. */
const PLAIN =
  /^(404 page not found\n|400 Bad Request.*|431 Request Header Fields Too Large|Unsupported transfer encoding|Internal Server Error: .*\n)$/s;
const OF_THE_INSIDE = /\bat \S+ \(|node_modules|file:\/\/|\.ts:\d+|\/src\/embedded|TypeError|RangeError|ReferenceError/;

/** What is wrong with an answer; undefined for a good one. */
function problemOf({ status, contentType, body }: RawAnswer, isHead: boolean): string | undefined {
  if (status < 200 || status > 599) return `status ${status}`;
  // Why 417: an expectation that nobody meets is refused without a word.
  if (status < 400 || isHead || (status === 417 && body === '')) return undefined;
  if (OF_THE_INSIDE.test(body)) return `it tells of the inside: ${body}`;
  if (contentType.startsWith('text/plain')) return PLAIN.test(body) ? undefined : `unknown text: ${body}`;
  if (contentType.startsWith('application/yaml')) return undefined;
  if (!contentType.startsWith('application/json') || !body.startsWith('{')) return `${status} ${contentType}: ${body.slice(0, 200)}`;
  const answer = JSON.parse(body) as Record<string, unknown>;
  const isStatus = answer['kind'] === 'Status' && answer['code'] === status && typeof answer['message'] === 'string';
  if (!isStatus || answer['status'] !== 'Failure') return `no Status: ${body}`;
  return /a problem of its own/.test(body) ? `a problem of its own: ${body}` : undefined;
}

/** Watches and followed logs have no end, and would have to be cut off. */
function hasEnd({ target, method }: HostileRequest): boolean {
  return !/watch|follow/i.test(decodeLeniently(target)) && method !== 'CONNECT';
}

function decodeLeniently(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

async function requireGood(server: AskedServer): Promise<void> {
  const good = { group: '', name: '', method: 'GET', target: `${CORE.replace('hostile', 'default')}/configmaps` };
  expect((await server.admin.ask(bytesOf(good, server.host, server.token))).status).toBe(200);
}

describe('random requests', () => {
  it('crash nothing and are refused in the server’s own manner', async () => {
    const served = await serveCluster();
    const servers = Array.from({ length: CONNECTIONS }, () => serverOf(served));
    const requests = fc.sample(hostileRequests(SEEDS).filter(hasEnd), { numRuns: COUNT, seed: SEED });
    const divergent: object[] = [];
    try {
      await prepare(servers[0]!);
      const work = requests.entries();
      await Promise.all(
        servers.map(async (server) => {
          for (const [index, request] of work) {
            const client = request.isAnonymous ? server.nobody : server.admin;
            const bytes = bytesOf(request, server.host, request.isAnonymous ? undefined : server.token);
            const problem = await client.ask(bytes, request.method === 'HEAD').then(
              (answer) => problemOf(answer, request.method === 'HEAD'),
              (error: unknown) => String(error),
            );
            if (problem !== undefined) divergent.push({ problem, request: bytes.toString('latin1').slice(0, 600) });
            if (index % GOOD_EVERY === 0) await requireGood(server);
          }
        }),
      );
      console.log(`requests: ${requests.length} sent, ${divergent.length} divergent (random, seed ${SEED})`);
      expect(divergent.slice(0, 10)).toEqual([]);
      expect(served.unexpected).toEqual([]);
    } finally {
      for (const { admin, nobody } of servers) {
        admin.close();
        nobody.close();
      }
      await served.close();
      await served.cluster.close();
    }
  });
});
