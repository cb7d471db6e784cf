import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, OpenCluster, ScenarioPlan } from '../../src/backends/backend.ts';
import { createContext, type CommandContext } from '../../src/commands/context.ts';
import { start } from '../../src/commands/start.ts';
import { KubeClient } from '../../src/kube/client.ts';
import { LiveSession } from '../../src/kube/cluster-session.ts';
import type { HttpRequest } from '../../src/kube/transport.ts';
import { memoryIo, type MemoryIo } from './memory-io.ts';
import { lineOf, refusal, ScriptedTransport, type ScriptedAnswer } from './scripted-transport.ts';

const COURSE = new URL('../../', import.meta.url).pathname;

/** A backend whose cluster answers what a test says. */
export class FakeBackend implements Backend {
  readonly name = 'embedded';
  readonly acts: string[] = [];
  state: 'none' | 'running' | 'stopped' | 'crashed' = 'none';
  failure: Error | undefined;
  answer: (line: string, request: HttpRequest) => ScriptedAnswer | undefined = () => undefined;
  readonly #kubeconfig: string;
  readonly transport = new ScriptedTransport(
    (request) => this.answer(lineOf(request), request) ?? (request.method === 'GET' ? refusal(404, 'NotFound', 'gone', { name: 'x' }) : {}),
  );

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

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
      kubeconfig: this.#kubeconfig,
      reader: { get: () => Promise.resolve(undefined), list: () => Promise.resolve([]) },
      journal: { read: () => Promise.resolve({ sinceMs: 0, entries: [], gaps: [] }) },
      drills: () => Promise.reject(new Error('no drills here')),
      pid: 4711,
      close: () => undefined,
    };
  }
}

/** What commands work with, in a folder of their own: the real course, and a backend that does as a test says. */
export class CommandLab {
  readonly folder: string;
  readonly io: MemoryIo;
  readonly backend: FakeBackend;
  readonly context: CommandContext;

  private constructor(parts: Pick<CommandLab, 'folder' | 'io' | 'backend' | 'context'>) {
    this.folder = parts.folder;
    this.io = parts.io;
    this.backend = parts.backend;
    this.context = parts.context;
  }

  static async open(): Promise<CommandLab> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-commands-'));
    const io = memoryIo({ cwd: folder, env: { LAB_HOME: 'home', LAB_WORKSPACE: 'ws' } });
    const backend = new FakeBackend(join(folder, 'home/kubeconfig'));
    const real = await createContext(io, { installFolder: COURSE, isVerbose: false, commandLine: 'lab test' });
    const context: CommandContext = {
      ...real,
      loadBackend: () => Promise.resolve(backend),
      examineKind: () => Promise.resolve({ works: false, because: 'Docker does not answer', problems: [{ what: 'x', remedy: 'y' }] }),
    };
    return new CommandLab({ folder, io, backend, context });
  }

  start(): Promise<number> {
    return start(this.context, 'scenario-1', { backend: 'auto' });
  }

  /** A file of the workspace. */
  workspace(name: string): string {
    return join(this.folder, 'ws/scenario-1', name);
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

/** The Rollout of scenario-1 with a release declared. */
export function rolloutOf(version: string): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'shop', namespace: 'lab', uid: 'r', annotations: { 'rollout.argoproj.io/revision': '3' } },
    spec: { strategy: { blueGreen: {} }, template: { spec: { containers: [{ name: 'shop', image: `lab/shop:${version}` }] } } },
    status: { phase: 'Healthy' },
  };
}
