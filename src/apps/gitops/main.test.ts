import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serveCluster, type ServedCluster } from '../../embedded/http/testing/served-cluster.ts';
import { HttpsTransport } from '../../kube/https-transport.ts';
import { KubeClient } from '../../kube/client.ts';
import { applyManifests } from '../../kube/apply.ts';
import { parseManifests } from '../../kube/manifest.ts';
import { GitWorkspace } from '../../session/git-workspace.ts';
import { findLabPaths } from '../../session/paths.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { EMPTY_HISTORY, withCommit } from './git-history.ts';

const PROGRAM = new URL('../../../dist/src/apps/gitops/main.js', import.meta.url).pathname;
const BASE = new URL('../../../scenarios/scenario-14/base/', import.meta.url);
const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\ndata: { a: "1" }\n';

let folder: string;
let served: ServedCluster;
let client: KubeClient;
let child: ChildProcessByStdio<null, Readable, null>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gitops-'));
  served = await serveCluster();
  const { token, certificates, server } = served;
  client = new KubeClient(new HttpsTransport({ server: server.url, certificateAuthority: certificates.caPem, token }));
  await mkdir(join(folder, 'account'));
  for (const [name, text] of Object.entries({ token, 'ca.crt': certificates.caPem, namespace: 'lab' }))
    await writeFile(join(folder, 'account', name), text);
  for (const name of ['namespace', 'gitops-kind', 'application'])
    await vi.waitFor(
      async () => {
        const manifests = parseManifests(await readFile(new URL(`${name}.yaml`, BASE), 'utf8'), name);
        expect((await applyManifests(client, manifests, 'lab')).problems).toEqual([]);
      },
      { timeout: 60_000 },
    );
});

afterEach(async () => {
  child.kill('SIGKILL');
  client.close();
  await served.close();
  await rm(folder, { recursive: true });
});

test('the program of the image reads its repository, makes the cluster so, and exits on SIGTERM', async () => {
  const paths = await findLabPaths({ cwd: folder, installFolder: folder, env: { LAB_HOME: folder, LAB_WORKSPACE: folder } });
  const workspace = new GitWorkspace(paths, { scenario: 'git', name: 'shop.git', now: Date.now });
  await workspace.provide(
    withCommit(EMPTY_HISTORY, { message: 'first', author: 'a <a@b.c>', atSeconds: 1, files: { 'one.yaml': MANIFEST } }),
  );
  child = spawn(process.execPath, [PROGRAM], {
    env: {
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(served.server.port),
      SERVICE_ACCOUNT: join(folder, 'account'),
      REPOSITORIES: join(folder, 'git'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  await vi.waitFor(() => expect(log).toContain('synced to'), { timeout: 60_000 });
  expect(await client.get('configmaps', 'lab', 'one')).toMatchObject({ data: { a: '1' } });
  await vi.waitFor(
    async () => {
      const { status } = (await client.get<KubeObject & { status?: unknown }>('applications.gitops.lab', 'lab', 'shop'))!;
      expect(status).toMatchObject({ sync: { status: 'Synced', subject: 'first' } });
    },
    { timeout: 60_000 },
  );
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
