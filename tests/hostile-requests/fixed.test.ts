import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveCluster } from '../../src/embedded/http/testing/served-cluster.ts';
import type { HostileAnswer } from './answer.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { askAll, FIXED_REQUESTS, keyOf, prepare, serverOfKubeconfig } from './recording.ts';
import { serverOf } from './served.ts';

const GOLDEN = join(import.meta.dirname, 'golden.json');
/** With the kubeconfig of a real cluster, its answers are recorded before they are compared. */
const kubeconfig = process.env['HOSTILE_KUBECONFIG'];

async function record(file: string): Promise<void> {
  const server = serverOfKubeconfig(file);
  await prepare(server);
  const lines = Object.entries(await askAll(server)).map((entry) => entry.map((part) => JSON.stringify(part)).join(':'));
  writeFileSync(GOLDEN, `{\n${lines.join(',\n')}\n}\n`);
  server.admin.close();
  server.nobody.close();
}

if (kubeconfig) await record(kubeconfig);
const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as Record<string, HostileAnswer>;

describe('hostile requests', () => {
  it('have names of their own and a recorded answer each', () => {
    expect(FIXED_REQUESTS.map(keyOf)).toEqual(Object.keys(golden));
  });

  it('get the answers of a real server', async () => {
    const served = await serveCluster();
    const server = serverOf(served);
    try {
      await prepare(server);
      const answers = await askAll(server);
      if (process.env['HOSTILE_OUT']) writeFileSync(process.env['HOSTILE_OUT'], JSON.stringify(answers));
      const divergent = Object.keys(golden).filter((key) => JSON.stringify(answers[key]) !== JSON.stringify(golden[key]));
      const listed = KNOWN_DIFFERENCES.flatMap(({ requests }) => requests);
      const unlisted = divergent.filter((key) => !listed.includes(key));
      console.log(`requests: ${FIXED_REQUESTS.length} sent, ${unlisted.length} divergent, ${listed.length} listed`);
      expect(unlisted.map((key) => ({ key, embedded: answers[key], real: golden[key] }))).toEqual([]);
      expect(listed.filter((key) => !divergent.includes(key))).toEqual([]);
      expect(served.unexpected).toEqual([]);
    } finally {
      server.admin.close();
      server.nobody.close();
      await served.close();
      await served.cluster.close();
    }
  });
});
