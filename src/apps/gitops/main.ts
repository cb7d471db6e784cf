import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import type { ClusterAnswer, ClusterRequest } from './cluster-api.ts';
import { isRepositoryName, readHistory } from './git-repository.ts';
import { GitopsAgent } from './gitops-agent.ts';
import { logLine, SYNC_PERIOD_MS } from './runtime.ts';

/** What Kubernetes gives every pod to reach its API with. */
const ACCOUNT = process.env['SERVICE_ACCOUNT'] ?? '/var/run/secrets/kubernetes.io/serviceaccount';

/** The agent as the process of an image: what docs/gitops-agent.md calls `lab/gitops`. */
async function main(): Promise<void> {
  process.on('SIGTERM', () => process.exit(0));
  const repositories = process.env['REPOSITORIES'] ?? '/git';
  const agent = new GitopsAgent({
    namespace: readFileSync(`${ACCOUNT}/namespace`, 'utf8').trim(),
    callApi,
    fetch: (name, branch) => (isRepositoryName(name) ? readHistory(join(repositories, name), branch) : Promise.resolve(undefined)),
    nowMs: () => Date.now(),
    log: print,
  });
  print('the GitOps agent is at work');
  for (;;) {
    await agent.sync();
    await setTimeout(SYNC_PERIOD_MS);
  }
}

function callApi({ method, path, contentType, body }: ClusterRequest): Promise<ClusterAnswer> {
  const { KUBERNETES_SERVICE_HOST: host = 'kubernetes.default.svc', KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      method,
      path,
      // Why each time: the token is replaced long before it expires.
      ca: readFileSync(`${ACCOUNT}/ca.crt`),
      headers: {
        authorization: `Bearer ${readFileSync(`${ACCOUNT}/token`, 'utf8').trim()}`,
        accept: 'application/json',
        'user-agent': 'gitops',
        ...(body !== undefined && { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

function print(message: string): void {
  process.stdout.write(`${logLine(message, Date.now())}\n`);
}

await main();
