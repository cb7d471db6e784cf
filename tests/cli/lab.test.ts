import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../grader/index.ts';
import type { LabStatus } from '../../src/commands/status.ts';
import { HttpsTransport } from '../../src/kube/https-transport.ts';
import { KubeClient } from '../../src/kube/client.ts';
import { accessFromKubeconfig } from '../../src/kube/kubeconfig.ts';
import { startIdOf } from '../../src/system/processes.ts';
import { Learner } from '../support/lab-process.ts';

const course = new URL('../course/', import.meta.url).pathname;

/** What a learner goes through, one thing after the other, with the compiled program and a real cluster process. */
let learner: Learner;

beforeAll(async () => {
  learner = await Learner.arrive({ LAB_COURSE: course });
});

afterAll(() => learner.leave());

const file = (name: string): string => join(learner.folder, name);
const status = (): Promise<LabStatus> => learner.json<LabStatus>('status', '--json');

async function client(): Promise<KubeClient> {
  const text = await readFile(file('home/kubeconfig'), 'utf8');
  return new KubeClient(new HttpsTransport(await accessFromKubeconfig(text, { readFile: (path) => readFile(path, 'utf8') })));
}

async function withClient<T>(work: (kube: KubeClient) => Promise<T>): Promise<T> {
  const kube = await client();
  try {
    return await work(kube);
  } finally {
    kube.close();
  }
}

async function killCluster(): Promise<number> {
  const { pid } = (await status()).cluster;
  process.kill(pid!, 'SIGKILL');
  await expect.poll(() => startIdOf(pid!)).toBeUndefined();
  return pid!;
}

const greeting = (kube: KubeClient) => kube.get('configmaps', 'tiny', 'greeting');

describe('a lab', () => {
  it('starts', async () => {
    const { exitCode, stdout, stderr } = await learner.lab('start', 'tiny-1');
    expect(stderr).toBe('- Bringing up the cluster\n');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Backend: embedded (it needs nothing but Node)');
    expect(stdout).toContain('The wrong greeting: ready.');
    expect(await readdir(file('work/tiny-1'))).toEqual(['greeting.yaml', 'rollout.yaml']);
    expect(await readFile(file('work/tiny-1/greeting.yaml'), 'utf8')).toContain('text: what now');
  });

  it('keeps its secrets to its owner', async () => {
    const modeOf = async (name: string): Promise<number> => (await stat(file(name))).mode & 0o777;
    expect(await modeOf('home')).toBe(0o700);
    for (const name of ['kubeconfig', 'session.json', 'embedded/connection.json', 'embedded/identity.json', 'embedded/cluster.log']) {
      expect(await modeOf(`home/${name}`), name).toBe(0o600);
    }
  });

  it('says what runs', async () => {
    expect(await status()).toMatchObject({
      scenario: 'tiny-1',
      namespace: 'tiny',
      backend: 'embedded',
      cluster: { running: true, kubeconfig: file('home/kubeconfig') },
      rollout: { name: 'hello', release: '1.0' },
      workspace: file('work/tiny-1'),
    });
  });

  it('has a history in the cluster: what was planted is as old as the scenario says', async () => {
    const made = await withClient(async (kube) => Date.parse((await greeting(kube))!.metadata.creationTimestamp!));
    expect(Date.now() - made).toBeGreaterThan(10 * 60_000);
    expect(Date.now() - made).toBeLessThan(13 * 60_000);
  });

  it('lets nobody in without the token, and nobody from outside', async () => {
    const access = await accessFromKubeconfig(await readFile(file('home/kubeconfig'), 'utf8'), {
      readFile: () => Promise.reject(new Error()),
    });
    expect(access.server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const stranger = new KubeClient(new HttpsTransport({ ...access, token: 'guess' }));
    for (const path of ['/api/v1/namespaces', '/lab/v1/info', '/lab/v1/journal', '/lab/v1/staging/cluster/api/v1/namespaces']) {
      await expect(stranger.request('GET', path), path).rejects.toMatchObject({ status: 401 });
    }
    await expect(stranger.request('POST', '/lab/v1/stop')).rejects.toMatchObject({ status: 401 });
    stranger.close();
    expect((await status()).cluster.running).toBe(true);
  });

  it('has 0 points for doing nothing, and says why', async () => {
    const { exitCode, stdout } = await learner.lab('check');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('0 of 100 points');
    expect(stdout).toContain('data.text should be "hello", found "what now"');
  });

  it('goes on where it was when it is started again', async () => {
    const before = await status();
    const { exitCode, stdout } = await learner.lab('start');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('goes on where you were');
    expect((await status()).cluster).toEqual(before.cluster);
  });

  it('applies nothing of a broken file, and says where it is broken', async () => {
    await writeFile(
      file('work/tiny-1/broken.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new\n---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: x\nspec:\n  replica: 1\n',
    );
    const { exitCode, stdout, stderr } = await learner.lab('apply');
    expect(exitCode).toBe(4);
    // The Rollout is "configured", as with kubectl: its controller has written it since, with fields that the manifest leaves out.
    expect(stdout).toBe('configmap/greeting unchanged\nrollout.argoproj.io/hello configured\n');
    expect(stderr).toContain('work/tiny-1/broken.yaml:11:3: unknown field "spec.replica"');
    expect(await withClient((kube) => kube.get('configmaps', 'tiny', 'new'))).toBeUndefined();
    await writeFile(file('work/tiny-1/broken.yaml'), '# nothing any more\n');
  });

  it('is repaired with what was edited', async () => {
    const path = file('work/tiny-1/greeting.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('what now', 'hello'));
    const { exitCode, stdout } = await learner.lab('apply');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('configmap/greeting configured\n');
    const report = await learner.json<Report>('check', '--json');
    expect(report).toMatchObject({
      apiVersion: 'lab/v1',
      kind: 'Report',
      scenario: 'tiny-1',
      backend: 'embedded',
      result: 'passed',
      score: { earned: 100, possible: 100 },
    });
    expect(report.checks.map(({ id, result, points }) => [id, result, points])).toEqual([
      ['polite', 'passed', { earned: 60, possible: 60 }],
      ['by-hand', 'passed', { earned: 40, possible: 40 }],
    ]);
  });

  it('says once what there is to take away, when everything holds', async () => {
    expect((await learner.lab('check', '--only', 'polite')).stdout).not.toContain('friendly');
    const { exitCode, stdout } = await learner.lab('check');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/everything holds\.\n\nWhat to take away\n\nA friendly word costs nothing\.\n/);
    expect(stdout).toContain('To read this again: labs/tiny-1/debrief.md');
    expect((await learner.lab('check')).stdout).not.toContain('friendly');
  });

  it('makes one check only, and refuses one it does not have', async () => {
    const report = await learner.json<Report>('check', '--only', 'polite', '--json');
    expect(report).toMatchObject({ score: { earned: 60, possible: 60 }, checks: [{ id: 'polite' }] });
    const { exitCode, stderr } = await learner.lab('check', '--only', 'polit');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no check "polit"; did you mean "polite"?');
  });

  it('takes hints into account beside the points', async () => {
    expect((await learner.lab('hint')).exitCode).toBe(2);
    const { stdout } = await learner.lab('hint', '--yes');
    expect(stdout).toContain('Hint 1 of 2 costs 3 points.');
    expect(stdout).toContain('What does the ConfigMap greeting say?');
    expect((await learner.lab('check')).stdout).toContain('100 of 100 points: everything holds.\n97 after hints, which cost 3\n');
    expect((await learner.json<Report>('check', '--json')).score).toEqual({ earned: 100, possible: 100 });
  });

  it('ships a release as a pipeline would, and shows the rollout', async () => {
    expect((await learner.lab('release', '2.0')).stdout).toBe('rollout "hello" image updated\n');
    expect((await status()).rollout).toMatchObject({ release: '2.0' });
    const { stdout } = await learner.lab('rollout', 'get');
    expect(stdout).toContain('Name:            hello\nNamespace:       tiny\n');
    expect(await learner.lab('rollout', 'abort', 'nix')).toMatchObject({
      exitCode: 1,
      stderr: 'Error: rollouts.argoproj.io "nix" not found\n',
    });
  });

  it('survives kill -9 between two acknowledged writes', async () => {
    const config = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'tiny' } });
    await withClient(async (kube) => {
      await kube.create('configmaps', config('before'));
    });
    const killed = await killCluster();
    expect((await status()).cluster.running).toBe(false);
    const { exitCode, stderr } = await learner.lab('release', '3.0');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('- The cluster process has ended; bringing it back\n');
    const after = await status();
    expect(after.cluster.pid).not.toBe(killed);
    expect(after.rollout).toMatchObject({ release: '3.0' });
    await withClient(async (kube) => {
      expect(await kube.get('configmaps', 'tiny', 'before')).toBeDefined();
    });
    await learner.mustSucceed('check');
  });

  it('is reset while it runs: same address, watches end, edits are kept aside', async () => {
    const before = await status();
    const kube = await client();
    const watching = kube
      .watch('configmaps', { namespace: 'tiny', resourceVersion: (await kube.list('configmaps')).metadata.resourceVersion! })
      .next()
      .catch((error: unknown) => error);
    await learner.lab('check');
    const { exitCode, stdout } = await learner.lab('reset');
    expect(exitCode).toBe(0);
    expect(await watching).toMatchObject({ reason: 'Expired' });
    kube.close();
    expect((await status()).cluster).toEqual(before.cluster);
    expect((await learner.lab('check')).stdout).toContain('0 of 100 points');
    const backup = /What you had edited is in (.*)\/\n/.exec(stdout)![1]!;
    expect(await readFile(join(learner.folder, backup, 'greeting.yaml'), 'utf8')).toContain('text: hello');
    expect(await readFile(file('work/tiny-1/greeting.yaml'), 'utf8')).toContain('text: what now');
    expect((await status()).progress).toMatchObject({ hintsTaken: 1, best: { earned: 100 } });
  });

  it('shows the solution, which becomes the learner’s own', async () => {
    expect((await learner.lab('solution')).exitCode).toBe(2);
    const { exitCode, stdout } = await learner.lab('solution', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('$ lab apply solutions/tiny-1/fix/greeting.yaml');
    expect(stdout).toContain('A friendly word costs nothing.');
    expect(await readFile(file('work/tiny-1/greeting.yaml'), 'utf8')).toContain('text: hello');
    await learner.mustSucceed('check');
    expect((await learner.lab('apply')).stdout).toContain('configmap/greeting unchanged');
  });

  it('is repaired in another right way by the authors’ command, but in one way at a time', async () => {
    const { exitCode, stdout } = await learner.lab('dev', 'solve', 'tiny-1', '--right', 'by-patch');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`$ kubectl patch configmaps greeting --namespace tiny --type merge -p '{"data":{"text":"hello"}}'\n`);
    expect(await learner.lab('dev', 'solve', 'tiny-1', '--right', 'half')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('There are: by-patch.') as string,
    });
    expect((await learner.lab('dev', 'solve', 'tiny-1', '--right', 'by-patch', '--wrong', 'half')).exitCode).toBe(2);
  });

  it('stops, and comes back as it was, on the same port', async () => {
    const before = await status();
    const kubeconfig = await readFile(file('home/kubeconfig'), 'utf8');
    await writeFile(file('home/kubeconfig'), kubeconfig.replace('      user: "lab"', '      user: "lab"\n      namespace: mine'));
    const edited = await readFile(file('home/kubeconfig'), 'utf8');
    expect(edited).not.toBe(kubeconfig);
    expect((await learner.lab('stop')).stdout).toBe('The cluster is stopped. `lab start` goes on where you were.\n');
    expect(await startIdOf(before.cluster.pid!)).toBeUndefined();
    expect(await learner.lab('check')).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('lab start tiny-1') as string });
    expect((await learner.lab('stop')).stdout).toBe('No cluster was running.\n');
    expect((await learner.lab('start')).stdout).toContain('goes on where you were');
    expect(await readFile(file('home/kubeconfig'), 'utf8')).toBe(edited);
    await learner.mustSucceed('check');
  });

  it('takes another port when its own is taken, and says so in the kubeconfig', async () => {
    const before = await readFile(file('home/kubeconfig'), 'utf8');
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(before)![1]);
    await learner.lab('stop');
    const squatter = await listenOn(port);
    await learner.mustSucceed('start');
    expect(await readFile(file('home/kubeconfig'), 'utf8')).not.toContain(`:${port}`);
    expect(await withClient((kube) => greeting(kube))).toBeDefined();
    await new Promise((resolve) => squatter.close(resolve));
  });

  it('goes on after the process id that it remembers went to somebody else', async () => {
    const connection = JSON.parse(await readFile(file('home/embedded/connection.json'), 'utf8')) as { pid: number; startId: string };
    await killCluster();
    await writeFile(file('home/embedded/connection.json'), JSON.stringify({ ...connection, pid: process.pid }));
    expect((await status()).cluster.running).toBe(false);
    await learner.mustSucceed('start');
    expect((await status()).cluster.running).toBe(true);
  });

  it('can be reset when its cluster has gone down', async () => {
    await killCluster();
    await learner.mustSucceed('reset');
    expect((await learner.lab('check')).stdout).toContain('0 of 100 points');
  });

  it('prints what CI systems read', async () => {
    const { exitCode, stdout } = await learner.lab('check', '--junit');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('<testsuite name="tiny-1" tests="2" failures="2" errors="0"');
  });

  it('points shells at the cluster', async () => {
    expect((await learner.lab('env')).stdout).toBe(`export KUBECONFIG=${file('home/kubeconfig')}\n`);
  });

  it('leaves nothing of a cluster behind when it is deleted, but progress and workspace', async () => {
    const { pid } = (await status()).cluster;
    await learner.mustSucceed('stop', '--delete');
    expect(await startIdOf(pid!)).toBeUndefined();
    expect(await readdir(file('home'))).toEqual(['progress.json']);
    expect(await readdir(file('work'))).toEqual(['.backup', 'tiny-1']);
    expect(await learner.json('list', '--json')).toMatchObject([
      { id: 'tiny-1', progress: { best: { earned: 100 }, isSolutionShown: true } },
    ]);
  });
});

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}
