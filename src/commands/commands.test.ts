import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryIo, type MemoryIo } from '../../tests/support/memory-io.ts';
import { lineOf, refusal, ScriptedTransport, type ScriptedAnswer } from '../../tests/support/scripted-transport.ts';
import type { Backend, OpenCluster, ScenarioPlan } from '../backends/backend.ts';
import { ClusterError, ScenarioError, SessionError, UsageError } from '../errors.ts';
import { KubeClient } from '../kube/client.ts';
import { LiveSession } from '../kube/cluster-session.ts';
import type { HttpRequest } from '../kube/transport.ts';
import { readProgress } from '../session/progress.ts';
import { readSession } from '../session/session.ts';
import { apply } from './apply.ts';
import { createContext, type CommandContext } from './context.ts';
import { env } from './env.ts';
import { hint } from './hint.ts';
import { list } from './list.ts';
import { release } from './release.ts';
import { reset } from './reset.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';

const repository = new URL('../../', import.meta.url).pathname;

let folder: string;
let io: MemoryIo;
let backend: FakeBackend;
let context: CommandContext;

/** A backend whose cluster answers what a test says. */
class FakeBackend implements Backend {
  readonly name = 'embedded';
  readonly acts: string[] = [];
  state: 'none' | 'running' | 'stopped' | 'crashed' = 'none';
  failure: Error | undefined;
  answer: (line: string, request: HttpRequest) => ScriptedAnswer | undefined = () => undefined;
  readonly transport = new ScriptedTransport(
    (request) => this.answer(lineOf(request), request) ?? (request.method === 'GET' ? refusal(404, 'NotFound', 'gone', { name: 'x' }) : {}),
  );

  start(plan: ScenarioPlan) {
    this.acts.push(`start ${plan.scenario}`);
    if (this.failure) return Promise.reject(this.failure);
    const isResumed = this.state !== 'none';
    this.state = 'running';
    return Promise.resolve({ cluster: this.cluster(), isResumed });
  }

  open(scenario: string, options: { revive?: unknown } = {}) {
    if (this.state === 'crashed' && options.revive) {
      this.acts.push(`revive ${scenario}`);
      this.state = 'running';
    }
    return Promise.resolve(this.state === 'running' ? this.cluster() : undefined);
  }

  reset(plan: ScenarioPlan) {
    this.acts.push(`reset ${plan.scenario}`);
    this.state = 'running';
    return Promise.resolve(this.cluster());
  }

  stop({ isDeleting }: { isDeleting: boolean }) {
    this.acts.push(`stop${isDeleting ? ' and delete' : ''}`);
    const wasRunning = this.state === 'running';
    this.state = isDeleting ? 'none' : 'stopped';
    return Promise.resolve(wasRunning);
  }

  cluster(): OpenCluster {
    const client = new KubeClient(this.transport);
    return {
      client,
      session: new LiveSession(client),
      kubeconfig: join(folder, 'home/kubeconfig'),
      reader: { get: () => Promise.resolve(undefined), list: () => Promise.resolve([]) },
      journal: { read: () => Promise.resolve({ sinceMs: 0, entries: [], gaps: [] }) },
      drills: () => Promise.reject(new Error('no drills here')),
      pid: 4711,
      close: () => undefined,
    };
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-commands-'));
  io = memoryIo({ cwd: folder, env: { LAB_HOME: 'home', LAB_WORKSPACE: 'ws' } });
  backend = new FakeBackend();
  const real = await createContext(io, { installFolder: repository, isVerbose: false, commandLine: 'lab test' });
  context = {
    ...real,
    loadBackend: () => Promise.resolve(backend),
    examineKind: () => Promise.resolve({ works: false, because: 'Docker does not answer', problems: [{ what: 'x', remedy: 'y' }] }),
  };
});

afterEach(() => rm(folder, { recursive: true }));

const workspace = (name: string): string => join(folder, 'ws/scenario-1', name);
const startIt = (): Promise<number> => start(context, 'scenario-1', { backend: 'auto' });

describe('lab start', () => {
  it.each([
    ['scenario-1', '  Look      lab status · lab rollout get\n'],
    ['scenario-15', '  Look      lab status\n'],
  ])('%s: names what there is to look at', async (id, line) => {
    expect(await start(context, id, { backend: 'embedded' })).toBe(0);
    expect(io.out).toContain(line);
  });

  it('brings the scenario up, puts the manifests there, and says what to do next', async () => {
    expect(await startIt()).toBe(0);
    expect(backend.acts).toEqual(['start scenario-1']);
    expect(await readSession(context.paths)).toMatchObject({
      backend: 'embedded',
      scenario: { id: 'scenario-1', namespace: 'lab' },
      isPlanted: true,
    });
    expect(await readdir(join(folder, 'ws/scenario-1'))).toEqual(['rollout.yaml', 'scan-rules.yaml', 'services.yaml']);
    expect(io.out).toContain('Backend: embedded (no kind here: Docker does not answer; it needs nothing but Node)');
    expect(io.out).toContain('ws/scenario-1/');
    expect(io.out).toContain('export KUBECONFIG=home/kubeconfig');
  });

  it('goes on where the learner was, and leaves edited files alone', async () => {
    await startIt();
    await writeFile(workspace('rollout.yaml'), 'mine');
    await rm(workspace('services.yaml'));
    io.out = '';
    expect(await start(context, undefined, { backend: 'auto' })).toBe(0);
    expect(io.out).toContain('goes on where you were');
    expect(await readFile(workspace('rollout.yaml'), 'utf8')).toBe('mine');
    expect(await readdir(join(folder, 'ws/scenario-1'))).toContain('services.yaml');
  });

  it('can be called again after it failed half way', async () => {
    backend.failure = new ClusterError('no');
    await expect(startIt()).rejects.toThrow('no');
    await expect(apply(context, [])).rejects.toMatchObject({ message: 'the start of scenario-1 was not finished', exitCode: 6 });
    backend.failure = undefined;
    expect(await startIt()).toBe(0);
    expect(await readSession(context.paths)).toMatchObject({ isPlanted: true });
  });

  it.each([
    ['scenaro-1', 'auto', 'there is no scenario "scenaro-1"; did you mean "scenario-1"?'],
    ['../scenario-1', 'auto', 'there is no scenario "../scenario-1"'],
    ['scenario-1', 'embeded', 'there is no backend "embeded"; did you mean "embedded"?'],
    [undefined, 'auto', 'which scenario?'],
  ])('refuses %s on %s and changes nothing', async (id, wish, message) => {
    const refused = start(context, id, { backend: wish });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
    expect(backend.acts).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('without a scenario', () => {
  it.each([
    ['apply', () => apply(context, [])],
    ['release', () => release(context, '1.3')],
    ['hint', () => hint(context, { isYes: true, isAgain: false })],
    ['env', () => env(context, { shell: 'sh' })],
    ['reset', () => reset(context)],
  ])('%s says how to begin', async (_name, run) => {
    await expect(run()).rejects.toMatchObject({ exitCode: 6, hint: expect.stringContaining('lab start scenario-1') as string });
  });

  it('status says so, and is no failure', async () => {
    expect(await status(context, { isJson: true })).toBe(0);
    expect(JSON.parse(io.out)).toEqual({ apiVersion: 'lab/v1', kind: 'Status', cluster: { running: false } });
  });

  it('stop is no failure', async () => {
    expect(await stop(context, { isDeleting: false, isForgetting: false })).toBe(0);
    expect(io.out).toBe('No cluster was running.\n');
  });
});

describe('a cluster that is not there', () => {
  it('is brought back when it went down by itself', async () => {
    await startIt();
    backend.state = 'crashed';
    backend.answer = (line) => (line.startsWith('GET') ? { body: rollout('1.2') } : { body: rollout('1.3') });
    expect(await release(context, '1.3')).toBe(0);
    expect(backend.acts).toContain('revive scenario-1');
  });

  it('is left alone by status', async () => {
    await startIt();
    backend.state = 'crashed';
    io.out = '';
    await status(context, { isJson: true });
    expect(JSON.parse(io.out)).toMatchObject({ scenario: 'scenario-1', cluster: { running: false } });
    expect(backend.acts).toEqual(['start scenario-1']);
  });

  it('is not brought back when it was stopped', async () => {
    await startIt();
    await stop(context, { isDeleting: false, isForgetting: false });
    await expect(release(context, '1.3')).rejects.toThrow(SessionError);
    await expect(release(context, '1.3')).rejects.toThrow('the cluster of scenario-1 is stopped');
  });
});

function rollout(version: string): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'shop', namespace: 'lab', uid: 'r', annotations: { 'rollout.argoproj.io/revision': '3' } },
    spec: { strategy: { blueGreen: {} }, template: { spec: { containers: [{ name: 'shop', image: `lab/shop:${version}` }] } } },
    status: { phase: 'Healthy' },
  };
}

describe('lab status', () => {
  it('says who serves production', async () => {
    await startIt();
    io.out = '';
    const replicaSet = (hash: string, version: string, revision: string) => ({
      metadata: {
        name: `shop-${hash}`,
        labels: { 'rollouts-pod-template-hash': hash },
        annotations: { 'rollout.argoproj.io/revision': revision },
        ownerReferences: [{ uid: 'r' }],
      },
      spec: { template: { spec: { containers: [{ name: 'shop', image: `lab/shop:${version}` }] } } },
    });
    const service = (name: string, hash: string) => ({
      metadata: { name },
      spec: { selector: { app: 'shop', 'rollouts-pod-template-hash': hash } },
    });
    const slice = (serviceName: string, ready: boolean[]) => ({
      metadata: { name: `${serviceName}-x`, labels: { 'kubernetes.io/service-name': serviceName } },
      endpoints: ready.map((isReady) => ({ conditions: { ready: isReady } })),
    });
    const listOf = (items: object[]): ScriptedAnswer => ({ body: { kind: 'XList', apiVersion: 'v1', metadata: {}, items } });
    backend.answer = (line) => {
      if (line.includes('/rollouts/')) return { body: rollout('1.2') };
      if (line.includes('/services/shop-active')) return { body: service('shop-active', 'aaa') };
      if (line.includes('/services/shop-preview')) return { body: service('shop-preview', 'zzz') };
      if (line.includes('replicasets')) return listOf([replicaSet('aaa', '1.1', '2'), replicaSet('bbb', '1.2', '3')]);
      return listOf([slice('shop-active', [true, true, false]), slice('shop-preview', [])]);
    };
    await status(context, { isJson: true });
    expect(JSON.parse(io.out)).toMatchObject({
      kind: 'Status',
      scenario: 'scenario-1',
      backend: 'embedded',
      cluster: { running: true, pid: 4711, kubeconfig: join(folder, 'home/kubeconfig') },
      production: { service: 'shop-active', release: '1.1', image: 'lab/shop:1.1', podTemplateHash: 'aaa', revision: 2, readyEndpoints: 2 },
      preview: { service: 'shop-preview', podTemplateHash: 'zzz', readyEndpoints: 0 },
      rollout: { name: 'shop', phase: 'Healthy', message: '', release: '1.2', revision: 3 },
      progress: { hintsTaken: 0 },
    });
    io.out = '';
    await status(context, { isJson: false });
    expect(io.out).toContain('Production  release 1.1 (revision 2), 2 ready endpoints behind shop-active');
    expect(io.out).toContain('Preview     nothing that the Rollout knows, 0 ready endpoints behind shop-preview');
  });
});

describe('lab release', () => {
  it('sets the image that the scenario names', async () => {
    await startIt();
    io.out = '';
    backend.answer = (line) => (line.startsWith('GET') ? { body: rollout('1.2') } : { body: rollout('1.3') });
    expect(await release(context, '1.3')).toBe(0);
    expect(io.out).toBe('rollout "shop" image updated\n');
    expect(backend.transport.lines.at(-1)).toContain('"image":"lab/shop:1.3"');
  });

  it.each(['', '-x', 'a b', '1.3@sha', `x${'y'.repeat(200)}`])('refuses %j', async (version) => {
    await expect(release(context, version)).rejects.toThrow(UsageError);
  });
});

describe('lab apply', () => {
  const config = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "1"}\n`;
  const created = (): string[] => backend.transport.lines.filter((line) => line.startsWith('POST') && !line.includes('dryRun'));

  beforeEach(async () => {
    await startIt();
    io.out = '';
    await rm(join(folder, 'ws/scenario-1'), { recursive: true });
    await mkdir(join(folder, 'ws/scenario-1'), { recursive: true });
  });

  it('applies the workspace, in order, without what is hidden or no manifest', async () => {
    await writeFile(workspace('b.yaml'), config('b'));
    await writeFile(workspace('a.yml'), config('a'));
    await mkdir(workspace('more'));
    await writeFile(workspace('more/c.json'), JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }));
    await writeFile(workspace('notes.txt'), 'not a manifest');
    await writeFile(workspace('.draft.yaml'), 'not yet');
    await writeFile(join(folder, 'ws/shared.yaml'), config('shared'));
    expect(await apply(context, [])).toBe(0);
    expect(io.out).toBe('configmap/shared created\nconfigmap/a created\nconfigmap/b created\nconfigmap/c created\n');
  });

  it('applies nothing of a file that is refused, but the others, and tells every place', async () => {
    await writeFile(workspace('a.yaml'), `${config('a')}---\n${config('bad').replace('\ndata:', '\ndat:')}`);
    await writeFile(workspace('b.yaml'), config('b'));
    await writeFile(workspace('c.yaml'), 'kind: [');
    backend.answer = (line) =>
      line.startsWith('POST') && line.includes('"dat"')
        ? refusal(400, 'BadRequest', 'strict decoding error: unknown field "dat"')
        : undefined;
    const error: unknown = await apply(context, []).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ScenarioError);
    const { message, problems, exitCode } = error as ScenarioError;
    expect(exitCode).toBe(4);
    expect(message).toBe('2 files cannot be applied; nothing in them was');
    expect(problems).toEqual([
      { file: 'ws/scenario-1/a.yaml', line: 9, column: 1, message: 'unknown field "dat"' },
      expect.objectContaining({ file: 'ws/scenario-1/c.yaml', line: 1 }),
    ]);
    expect(created()).toHaveLength(1);
    expect(io.out).toBe('configmap/b created\n');
  });

  it('applies files and folders that are named', async () => {
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine/x.yaml'), config('x'));
    await writeFile(join(folder, 'y'), config('second'));
    await apply(context, ['mine', 'y']);
    expect(io.out).toBe('configmap/x created\nconfigmap/second created\n');
  });

  it('refuses a file that is not there, and a workspace with nothing in it', async () => {
    await expect(apply(context, ['nix.yaml'])).rejects.toMatchObject({ exitCode: 2, message: 'there is no file nix.yaml' });
    await expect(apply(context, [])).rejects.toMatchObject({ exitCode: 2, message: 'there is no manifest in ws/scenario-1/' });
    expect(created()).toEqual([]);
  });
});

describe('lab reset', () => {
  it('puts the workspace back and keeps what was edited', async () => {
    await startIt();
    const original = await readFile(workspace('rollout.yaml'), 'utf8');
    await writeFile(workspace('rollout.yaml'), 'mine');
    await mkdir(workspace('sub'));
    await writeFile(workspace('sub/new.yaml'), 'also mine');
    io.out = '';
    expect(await reset(context)).toBe(0);
    expect(backend.acts.at(-1)).toBe('reset scenario-1');
    expect(await readFile(workspace('rollout.yaml'), 'utf8')).toBe(original);
    const backup = /What you had edited is in (.*)\/\n/.exec(io.out)?.[1];
    expect(backup).toBe('ws/.backup/2026-11-24T00-00-00.000Z/scenario-1');
    expect(await readFile(join(folder, backup!, 'rollout.yaml'), 'utf8')).toBe('mine');
    expect(await readFile(join(folder, backup!, 'sub/new.yaml'), 'utf8')).toBe('also mine');
    expect(await readdir(join(folder, backup!))).toEqual(['rollout.yaml', 'sub']);
  });

  it('makes no backup when nothing was edited', async () => {
    await startIt();
    io.out = '';
    await reset(context);
    expect(io.out).not.toContain('edited');
    expect(await readdir(join(folder, 'ws'))).toEqual(['scenario-1']);
  });

  it('repairs a start that was interrupted', async () => {
    backend.failure = new ClusterError('killed');
    await startIt().catch(() => undefined);
    backend.failure = undefined;
    expect(await reset(context)).toBe(0);
    expect(await readSession(context.paths)).toMatchObject({ isPlanted: true });
  });
});

describe('lab hint', () => {
  beforeEach(async () => {
    await startIt();
    io.out = '';
  });

  it('takes one after the other, remembering what they cost', async () => {
    await hint(context, { isYes: true, isAgain: false });
    expect(io.out).toContain('Hint 1 of 3 costs 2 points.');
    await hint(context, { isYes: true, isAgain: false });
    await hint(context, { isYes: true, isAgain: false });
    io.out = '';
    expect(await hint(context, { isYes: true, isAgain: false })).toBe(0);
    expect(io.out).toContain('You have all 3 hints');
    expect((await readProgress(context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 3, hintCost: 14 });
  });

  it('spends nothing where nobody can be asked', async () => {
    await expect(hint(context, { isYes: false, isAgain: false })).rejects.toMatchObject({
      exitCode: 2,
      message: 'Hint 1 of 3 costs 2 points. Nobody is here to be asked',
      hint: 'Type `lab hint --yes` to take it.',
    });
    expect((await readProgress(context.paths)).scenarios).toEqual({});
  });

  it('says of a challenge that there are none', async () => {
    await start(context, 'challenge-1', { backend: 'auto' });
    io.out = '';
    expect(await hint(context, { isYes: true, isAgain: false })).toBe(0);
    expect(io.out).toBe('This is a challenge, and challenges have no hints; `lab solution` carries out the repair.\n');
  });

  it('shows those again that were taken, for nothing', async () => {
    await hint(context, { isYes: false, isAgain: true });
    expect(io.out).toBe('You have not taken a hint of this scenario.\n');
    await hint(context, { isYes: true, isAgain: false });
    io.out = '';
    await hint(context, { isYes: false, isAgain: true });
    expect(io.out).toContain('Hint 1');
    expect(io.out).not.toContain('Hint 2');
    expect((await readProgress(context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 1 });
  });

  it('pays for nothing when the cluster could not be judged for a mistake of the kit', async () => {
    await hint(context, { isYes: true, isAgain: false });
    backend.open = () => Promise.reject(new TypeError('a mistake'));
    await expect(hint(context, { isYes: true, isAgain: false })).rejects.toThrow('a mistake');
    expect((await readProgress(context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 1 });
  });

  it('says what fits everybody when the cluster does not answer, or cannot be judged', async () => {
    await hint(context, { isYes: true, isAgain: false });
    backend.open = () => Promise.reject(new ClusterError('nobody answers'));
    await hint(context, { isYes: true, isAgain: false });
    expect(io.err).toContain('Your cluster could not be asked (nobody answers), so this is what fits everybody.\n');
    backend.open = () => Promise.resolve(backend.cluster());
    io.err = '';
    await hint(context, { isYes: true, isAgain: false });
    expect(io.err).toMatch(/^What your cluster shows could not be judged \(.*no drills here\), so this is what fits everybody\.$/m);
    expect((await readProgress(context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 3, hintCost: 14 });
  });

  it('keeps what was taken through reset and stop --delete, and forgets it only on demand', async () => {
    await hint(context, { isYes: true, isAgain: false });
    await reset(context);
    await stop(context, { isDeleting: true, isForgetting: false });
    expect((await readProgress(context.paths)).scenarios['scenario-1']).toMatchObject({ hintsTaken: 1 });
    expect(await readSession(context.paths)).toBeUndefined();
    io.out = '';
    await list(context, { isJson: true });
    expect((JSON.parse(io.out) as unknown[])[0]).toMatchObject({
      id: 'scenario-1',
      isCurrent: false,
      progress: { hintsTaken: 1, hintCost: 2 },
    });
    await expect(stop(context, { isDeleting: false, isForgetting: true })).rejects.toThrow(UsageError);
    await stop(context, { isDeleting: true, isForgetting: true });
    expect((await readProgress(context.paths)).scenarios).toEqual({});
  });
});

describe('lab stop', () => {
  it('can delete what a damaged session belongs to', async () => {
    await startIt();
    await writeFile(context.paths.sessionFile, '{');
    await expect(stop(context, { isDeleting: false, isForgetting: false })).rejects.toThrow(SessionError);
    expect(await stop(context, { isDeleting: true, isForgetting: false })).toBe(0);
    expect(await readSession(context.paths)).toBeUndefined();
  });
});

describe('lab env', () => {
  it.each([
    ['sh', (path: string) => `export KUBECONFIG=${path}\n`],
    ['fish', (path: string) => `set -gx KUBECONFIG '${path}'\n`],
    ['powershell', (path: string) => `$env:KUBECONFIG = '${path}'\n`],
  ])('points a %s at the cluster', async (shell, expected) => {
    await startIt();
    io.out = '';
    await env(context, { shell });
    expect(io.out).toBe(expected(join(folder, 'home/kubeconfig')));
  });

  it('quotes what a shell would take apart', async () => {
    await startIt();
    io.out = '';
    await env({ ...context, paths: { ...context.paths, kubeconfig: "/a b/it's/$HOME" } }, { shell: 'sh' });
    expect(io.out).toBe(`export KUBECONFIG='/a b/it'\\''s/$HOME'\n`);
  });

  it('refuses a shell it does not know', async () => {
    await startIt();
    await expect(env(context, { shell: 'powershel' })).rejects.toThrow('did you mean "powershell"?');
    await expect(env(context, { shell: 'constructor' })).rejects.toThrow(UsageError);
  });
});
