import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { ClusterError, TimeoutError } from '../../errors.ts';
import { LiveSession } from '../../kube/cluster-session.ts';
import { compileCacheEnv } from '../../system/compile-cache.ts';
import { spawnDetached } from '../../system/exec.ts';
import { makePrivateFolder } from '../../system/files.ts';
import { isRunning, type ProcessControl } from '../../system/processes.ts';
import type { Backend, OpenCluster, Progress, ScenarioPlan, StartedCluster } from '../backend.ts';
import { kubeReader } from '../kube-reader.ts';
import {
  deleteConnection,
  embeddedPaths,
  readConnection,
  stateFolder,
  type Connection,
  type DaemonArguments,
  type EmbeddedPaths,
} from './connection.ts';
import { DaemonClient } from './daemon-client.ts';
import { daemonJournal } from './daemon-journal.ts';
import { StagedSession } from './staged-session.ts';

export interface EmbeddedBackendOptions {
  /** The lab's private folder. */
  home: string;
  kubeconfig: string;
  /** Holds a folder per scenario, in which the cluster finds Git repositories. */
  workspaceRoot: string;
  processes: ProcessControl;
  /** Runs the task when the command is interrupted; answers how to take that back. */
  onInterrupt: (task: () => Promise<void> | void) => () => void;
}

/** What waiting for things to become ready may take in all, beside the time that a plan lets pass. */
const SLACK_MS = 90_000;
const PLANT_ATTEMPTS = 3;
const STOP_TIMEOUT_MS = 5_000;
const STOP_POLL_MS = 20;

/** A cluster in a process of its own, which needs nothing but Node. One runs at a time; the state of every scenario's is kept. */
export class EmbeddedBackend implements Backend {
  readonly name = 'embedded';
  readonly #paths: EmbeddedPaths;
  readonly #workspaceRoot: string;
  readonly #processes: ProcessControl;
  readonly #onInterrupt: EmbeddedBackendOptions['onInterrupt'];

  constructor({ home, kubeconfig, workspaceRoot, processes, onInterrupt }: EmbeddedBackendOptions) {
    this.#workspaceRoot = workspaceRoot;
    this.#paths = embeddedPaths(home, kubeconfig);
    this.#processes = processes;
    this.#onInterrupt = onInterrupt;
  }

  async start(plan: ScenarioPlan, progress: Progress): Promise<StartedCluster> {
    const running = await this.#running();
    if (running?.scenario === plan.scenario && (await this.#hasCluster(running))) return { cluster: this.#open(running), isResumed: true };
    if (running) await this.#end(running);
    return progress.step('Bringing up the cluster', (detail) => this.#bringUp(plan, detail));
  }

  async open(scenario: string, { revive }: { revive?: Progress } = {}): Promise<OpenCluster | undefined> {
    const connection = await readConnection(this.#paths);
    if (connection?.scenario !== scenario) return undefined;
    if (await isRunning(connection)) return this.#open(connection);
    if (!revive) return undefined;
    return revive.step('The cluster process has ended; bringing it back', async () => {
      const launched = await this.#launch(scenario);
      if (launched.hasCluster) return this.#open(launched.connection);
      await this.#end(launched.connection);
      return undefined;
    });
  }

  async reset(plan: ScenarioPlan, progress: Progress): Promise<OpenCluster> {
    return progress.step('Putting the scenario back to its start', async (detail) => {
      const running = await this.#running();
      if (running && running.scenario !== plan.scenario) await this.#end(running);
      const connection = running?.scenario === plan.scenario ? running : (await this.#launch(plan.scenario)).connection;
      await this.#plant(connection, plan, detail);
      return this.#open(connection);
    });
  }

  async stop({ isDeleting }: { isDeleting: boolean }): Promise<boolean> {
    const running = await this.#running();
    if (running) await this.#end(running);
    await deleteConnection(this.#paths);
    if (isDeleting) {
      await rm(this.#paths.folder, { recursive: true, force: true });
      await rm(this.#paths.kubeconfig, { force: true });
    }
    return running !== undefined;
  }

  /** A process for the scenario, which may still have its cluster, or else gets it planted. */
  async #bringUp(plan: ScenarioPlan, detail: (text: string) => void): Promise<StartedCluster> {
    const { connection, hasCluster } = await this.#launch(plan.scenario);
    if (hasCluster) return { cluster: this.#open(connection), isResumed: true };
    const forget = this.#onInterrupt(() => this.#end(connection));
    try {
      await this.#plant(connection, plan, detail);
    } catch (error) {
      await this.#end(connection);
      throw error;
    } finally {
      forget();
    }
    return { cluster: this.#open(connection), isResumed: false };
  }

  /** Lets the scenario happen beside whatever is served, in time that costs nothing, and then serves that instead. */
  async #plant(connection: Connection, plan: ScenarioPlan, detail: (text: string) => void): Promise<void> {
    detail('the scenario happens');
    await withDaemon(connection, async (daemon) => {
      let slackMs = SLACK_MS;
      for (let attempt = 1; attempt <= PLANT_ATTEMPTS; attempt++) {
        const startMs = Date.now() - plan.historyMs - slackMs;
        await daemon.beginStaging(startMs, plan.needs);
        const session = new StagedSession(daemon, startMs);
        await plan.plant(session).finally(() => session.client.close());
        const { leadMs } = await daemon.commitStaging();
        if (leadMs === 0) return;
        slackMs += 2 * leadMs;
      }
      throw new TimeoutError(`${plan.scenario} takes longer to happen than it says`);
    });
  }

  async #launch(scenario: string): Promise<{ connection: Connection; hasCluster: boolean }> {
    await makePrivateFolder(stateFolder(this.#paths, scenario));
    const { folder, logFile, kubeconfig } = this.#paths;
    const repositories = join(this.#workspaceRoot, scenario);
    const words = [DAEMON, JSON.stringify({ folder, kubeconfig, scenario, repositories } satisfies DaemonArguments)];
    const { pid, ready } = spawnDetached(this.#processes.nodePath, words, { logFile, env: compileCacheEnv(), cwd: folder });
    const forget = this.#onInterrupt(() => void this.#processes.signal(pid, 'SIGTERM'));
    try {
      const { hasCluster } = JSON.parse(await ready) as { hasCluster: boolean };
      const connection = await readConnection(this.#paths);
      if (connection?.pid !== pid) throw new ClusterError('the cluster process came up and was replaced by another one at once');
      return { connection, hasCluster };
    } finally {
      forget();
    }
  }

  async #running(): Promise<Connection | undefined> {
    const connection = await readConnection(this.#paths);
    return connection && (await isRunning(connection)) ? connection : undefined;
  }

  async #hasCluster(connection: Connection): Promise<boolean> {
    return withDaemon(connection, async (daemon) => (await daemon.info()).hasCluster);
  }

  /** Ends the process in good order, or by force when it does not listen. */
  async #end(connection: Connection): Promise<void> {
    await withDaemon(connection, (daemon) => daemon.stop()).catch(() => this.#processes.signal(connection.pid, 'SIGTERM'));
    if (await this.#ends(connection)) return;
    this.#processes.signal(connection.pid, 'SIGKILL');
    if (await this.#ends(connection)) return;
    throw new TimeoutError(`the cluster process ${connection.pid} does not end`, {
      hint: `End it with \`kill -9 ${connection.pid}\` and try again.`,
    });
  }

  async #ends(connection: Connection): Promise<boolean> {
    const deadlineMs = performance.now() + STOP_TIMEOUT_MS;
    while (await isRunning(connection)) {
      if (performance.now() > deadlineMs) return false;
      await setTimeout(STOP_POLL_MS);
    }
    return true;
  }

  #open(connection: Connection): OpenCluster {
    const daemon = new DaemonClient(connection);
    return {
      client: daemon.kube,
      session: new LiveSession(daemon.kube),
      kubeconfig: this.#paths.kubeconfig,
      reader: kubeReader(daemon.kube),
      journal: daemonJournal(daemon),
      drills: async () => {
        await requireScenario(daemon, connection.scenario);
        return (await import('./drills.ts')).createDrills({ objects: () => daemon.objects(), now: Date.now });
      },
      pid: connection.pid,
      close: () => daemon.close(),
    };
  }
}

/** The program of the cluster process: compiled, also when this runs from its source. */
const DAEMON = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../dist/src/backends/embedded/daemon.js' : 'daemon.js', import.meta.url),
);

/** Rejects unless the process has that scenario's cluster: files can be made to say anything, and one scenario's points are not another's. */
async function requireScenario(daemon: DaemonClient, scenario: string): Promise<void> {
  const { scenario: own } = await daemon.info();
  if (own === scenario) return;
  throw new ClusterError(`the cluster that is running is that of ${own}, not of ${scenario}`, {
    hint: `Type \`lab start ${scenario}\` to work on it.`,
  });
}

async function withDaemon<T>(connection: Connection, work: (daemon: DaemonClient) => Promise<T>): Promise<T> {
  const daemon = new DaemonClient(connection);
  try {
    return await work(daemon);
  } finally {
    daemon.close();
  }
}
