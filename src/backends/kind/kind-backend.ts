import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SessionError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import { LiveSession } from '../../kube/cluster-session.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { makeFolder, readIfThere, replaceFile } from '../../system/files.ts';
import { isRunning, type ProcessControl } from '../../system/processes.ts';
import type { Backend, DrillSource, OpenCluster, OpenDrills, Progress, ScenarioPlan, StartedCluster } from '../backend.ts';
import { kubeReader } from '../kube-reader.ts';
import { listAllObjects } from '../list-all-objects.ts';
import { appsFor } from './apps.ts';
import { SYSTEM_NAMESPACES } from './audit-policy.ts';
import { bringUpCluster } from './bring-up/bring-up.ts';
import { waitUntilTektonIsAtWork } from './bring-up/tekton-at-work.ts';
import type { Workshop } from './bring-up/workshop.ts';
import { clearScenario } from './clear-scenario.ts';
import {
  deletePlaces,
  listClusters,
  placesOf,
  placesOfCluster,
  readRecord,
  writeRecord,
  type ClusterPlaces,
  type ClusterRecord,
} from './cluster-record.ts';
import { deleteCluster, deleteRest } from './delete-clusters.ts';
import { archiveFolder } from './image-archive.ts';
import { ARGO_ROLLOUTS, TEKTON } from './install-manifest.ts';
import { KindSession } from './kind-session.ts';
import { connectMachine, settingsHere, type Machine } from './machine.ts';
import { answers, clientOf, nodeTimeMs, waitForApi, waitUntilAtWork } from './node-access.ts';
import { finishDrill, forgetDrill, liveDrillsOn, type DrilledCluster } from './live/drilled-cluster.ts';
import { nodeJournal } from './node-journal.ts';
import { findProblems, isOurs, lookAtMachine, refuseOnProblems } from './preflight.ts';
import { restoreRollouts, restoreTekton } from './restore-installed.ts';
import type { KindSettings } from './settings.ts';

export interface KindBackendOptions {
  /** The lab's private folder. */
  home: string;
  /** The file that the learner points KUBECONFIG at. */
  kubeconfig: string;
  /** Holds a folder per scenario, in which the cluster finds Git repositories. */
  workspaceRoot?: string;
  /** The project's `lab.config.yaml`. */
  configFile: string;
  installFolder: string;
  cacheFolder: string;
  env: Readonly<Record<string, string | undefined>>;
  processes: ProcessControl;
  /** Runs the task when the command is interrupted; answers how to take that back. */
  onInterrupt: (task: () => Promise<void> | void) => () => void;
  /** Drills on a copy of a cluster that consists of these objects. */
  createDrills: (source: DrillSource) => Promise<OpenDrills>;
  /** What was said on the command line. */
  flags?: Partial<KindSettings>;
  /** Whether the lab's images outlive the deletion of its clusters. */
  keepsImages?: boolean;
  /** Stands in for the machine's Docker and kind. */
  machine?: Machine;
}

const CREATOR_ENDS_MS = 5_000;

/** A cluster that kind makes in Docker, one for each scenario. One of them runs at a time. */
export class KindBackend implements Backend {
  readonly name = 'kind';
  readonly #options: KindBackendOptions;
  #machine: Promise<Machine> | undefined;

  constructor(options: KindBackendOptions) {
    this.#options = options;
  }

  async start(plan: ScenarioPlan, progress: Progress): Promise<StartedCluster> {
    const places = placesOf(this.#options.home, plan.scenario);
    const machine = await this.#connect();
    const record = await readRecord(places);
    await this.#endCreator(record);
    const settings = await settingsHere(this.#options);
    let node = await progress.step('Checking this machine', async () => {
      const facts = await lookAtMachine(machine, places, settings, needsOf(plan));
      refuseOnProblems(findProblems(facts, settings, places));
      return facts.node;
    });
    await this.#stopOthers(places);
    if (record?.stage === 'planted' && record.containerId === node?.id) {
      return { cluster: await this.#comeBack(places, record, progress), isResumed: true };
    }
    const isUsable = record !== undefined && record.stage !== 'creating' && node !== undefined && record.containerId === node.id;
    if (!isUsable) {
      await this.#clearAway(places, record, node !== undefined, progress);
      node = undefined;
    } else await this.#keepAwake(places, record, node!.isRunning, progress);
    const begun: ClusterRecord = isUsable
      ? record
      : { version: 1, name: places.name, scenario: plan.scenario, stage: 'creating', settings };
    await writeRecord(places, begun);
    const isInstalled = begun.stage === 'installed' || begun.stage === 'planting';
    const ready = isInstalled ? begun : await this.#bringUp(places, begun, plan, progress);
    return { cluster: await this.#plant(places, ready, plan, progress), isResumed: false };
  }

  async open(scenario: string, { revive }: { revive?: Progress } = {}): Promise<OpenCluster | undefined> {
    const places = placesOf(this.#options.home, scenario);
    const record = await readRecord(places);
    if (record?.stage !== 'planted' || record.isStopped) return undefined;
    const client = await clientOf(places);
    const isDrilled = (await readIfThere(places.drillFile)) !== undefined;
    if (client && !isDrilled && (await answers(client))) return this.#open(places, record, client);
    client?.close();
    if (!revive) return undefined;
    const { docker } = await this.#connect();
    const node = await docker.container(places.node);
    if (node?.id !== record.containerId) return undefined;
    return this.#comeBack(places, record, revive);
  }

  async reset(plan: ScenarioPlan, progress: Progress): Promise<OpenCluster> {
    const places = placesOf(this.#options.home, plan.scenario);
    const record = await readRecord(places);
    const { docker } = await this.#connect();
    const node = await docker.container(places.node);
    const isUsable = record?.baseline !== undefined && node !== undefined && record.containerId === node.id;
    if (!isUsable) return (await this.start(plan, progress)).cluster;
    await this.#stopOthers(places);
    await this.#keepAwake(places, record, node.isRunning, progress);
    return this.#plant(places, record, plan, progress);
  }

  async stop({ isDeleting }: { isDeleting: boolean }): Promise<boolean> {
    const { home, kubeconfig } = this.#options;
    const names = await listClusters(home);
    if (names.length === 0) return false;
    const { docker, kind } = await this.#connect();
    let wasRunning = false;
    for (const name of names) {
      const places = placesOfCluster(home, name);
      const record = await readRecord(places);
      await this.#endCreator(record);
      const node = await docker.container(places.node);
      if (node && isOurs(node, places)) {
        wasRunning ||= node.isRunning;
        if (isDeleting) await deleteCluster(docker, kind, places);
        else await docker.stopContainer(places.node);
      }
      if (isDeleting) await deletePlaces(places);
      else if (record) await writeRecord(places, { ...record, isStopped: true });
    }
    if (isDeleting) {
      await deleteRest(docker, this.#options);
      await rm(kubeconfig, { force: true });
    }
    return wasRunning;
  }

  /** Makes the cluster; when that fails half way, takes away what cannot be gone on with. */
  async #bringUp(places: ClusterPlaces, record: ClusterRecord, plan: ScenarioPlan, progress: Progress): Promise<ClusterRecord> {
    const { docker, kind } = await this.#connect();
    const { installFolder, cacheFolder, workspaceRoot } = this.#options;
    const sharedFolder = plan.hasRepository && workspaceRoot !== undefined ? join(workspaceRoot, plan.scenario) : undefined;
    const workshop: Workshop = {
      docker,
      kind,
      places,
      apps: appsFor(needsOf(plan)),
      hasTekton: needsOf(plan).includes('tekton'),
      installFolder,
      cacheFolder,
      ...(sharedFolder !== undefined && { sharedFolder }),
    };
    try {
      return await bringUpCluster(workshop, record, progress);
    } catch (error) {
      const left = await readRecord(places);
      if (left?.stage === 'creating') await deleteCluster(docker, kind, places).catch(() => undefined);
      throw error;
    }
  }

  /** Plants the scenario on a cluster from which everything else was taken away. */
  async #plant(places: ClusterPlaces, record: ClusterRecord, plan: ScenarioPlan, progress: Progress): Promise<OpenCluster> {
    const client = await this.#clientOrFail(places);
    const { isStopped: _isStopped, sinceMs: _sinceMs, drilled: _drilled, ...rest } = record;
    await forgetDrill(this.#drilledCluster(places, client));
    const planting: ClusterRecord = { ...rest, stage: 'planting' };
    await writeRecord(places, planting);
    const { docker } = await this.#connect();
    if (record.stage !== 'installed') {
      const installed = { docker, client, places, record };
      await progress.together([
        { title: 'Taking away what was there', run: (detail) => clearScenario(client, record.baseline ?? [], detail, setTimeout) },
        { title: `Putting ${ARGO_ROLLOUTS.name} back in order`, run: (detail) => restoreRollouts(installed, detail) },
        ...(needsOf(plan).includes('tekton')
          ? [{ title: `Putting ${TEKTON.name} back in order`, run: (detail: (text: string) => void) => restoreTekton(installed, detail) }]
          : []),
      ]);
    }
    await progress.step('Bringing up the scenario', async (detail) => {
      await plan.plant(new KindSession(client), detail);
    });
    const planted: ClusterRecord = { ...planting, stage: 'planted', sinceMs: await nodeTimeMs(docker, places.node) };
    await this.#handOver(places);
    await writeRecord(places, planted);
    return this.#open(places, planted, client);
  }

  /** The planted cluster, started again if it does not run. */
  async #comeBack(places: ClusterPlaces, record: ClusterRecord, progress: Progress): Promise<OpenCluster> {
    const { docker } = await this.#connect();
    const client = await this.#clientOrFail(places);
    const node = await docker.container(places.node);
    await this.#keepAwake(places, record, node?.isRunning === true, progress);
    await finishDrill(this.#drilledCluster(places, client), progress);
    const { isStopped: _isStopped, ...running } = (await readRecord(places)) ?? record;
    await writeRecord(places, running);
    await this.#handOver(places);
    return this.#open(places, running, client);
  }

  /** Why not by its node alone: Docker starts that again by itself, and the API server needs a while after it. */
  async #keepAwake(places: ClusterPlaces, record: ClusterRecord, isUp: boolean, progress: Progress): Promise<void> {
    const client = await this.#clientOrFail(places);
    const isWell = isUp && (await answers(client));
    client.close();
    if (!isWell) await this.#wake(places, record, progress);
  }

  async #wake(places: ClusterPlaces, { stage }: ClusterRecord, progress: Progress): Promise<void> {
    const { docker } = await this.#connect();
    const client = await this.#clientOrFail(places);
    try {
      await progress.step('Starting the cluster again', async (detail) => {
        // Why: caches are cleared, and Docker makes what it is to mount itself, as somebody who is not the learner.
        await makeFolder(archiveFolder(this.#options.cacheFolder));
        await docker.startContainer(places.node);
        await waitForApi(client, detail, places.node);
        if (stage === 'created') return;
        await waitUntilAtWork({ client, docker, node: places.node }, detail);
        if ((await readIfThere(places.tektonFile)) !== undefined) await waitUntilTektonIsAtWork(client, detail);
      });
    } finally {
      client.close();
    }
  }

  /** Takes away what an interrupted start, or one whose record is lost, has left. */
  async #clearAway(places: ClusterPlaces, record: ClusterRecord | undefined, isThere: boolean, progress: Progress): Promise<void> {
    await this.#endCreator(record);
    const { docker, kind } = await this.#connect();
    if (isThere) {
      await progress.step('Taking away a cluster that was never finished', () => deleteCluster(docker, kind, places));
    } else if (record?.stage === 'planted') {
      await progress.step('The cluster is gone; a new one takes its place', () => Promise.resolve());
    }
    await deletePlaces(places);
  }

  async #endCreator(record: ClusterRecord | undefined): Promise<void> {
    const { processes } = this.#options;
    if (!record?.creator || !(await isRunning(record.creator))) return;
    // Why: it leads a group of its own, and what it has started has to end with it.
    processes.signal(-record.creator.pid, 'SIGKILL');
    const deadlineMs = performance.now() + CREATOR_ENDS_MS;
    while ((await isRunning(record.creator)) && performance.now() < deadlineMs) await setTimeout(50);
  }

  /** One cluster at a time is enough for a learner's machine. */
  async #stopOthers(places: ClusterPlaces): Promise<void> {
    const { docker } = await this.#connect();
    for (const name of await listClusters(this.#options.home)) {
      if (name === places.name) continue;
      const other = placesOfCluster(this.#options.home, name);
      const node = await docker.container(other.node);
      if (!node?.isRunning) continue;
      await docker.stopContainer(other.node);
      const record = await readRecord(other);
      if (record) await writeRecord(other, { ...record, isStopped: true });
    }
  }

  /** Puts the kubeconfig where the learner has it. */
  async #handOver(places: ClusterPlaces): Promise<void> {
    await replaceFile(this.#options.kubeconfig, (await readIfThere(places.kubeconfig)) ?? '');
  }

  #open(places: ClusterPlaces, record: ClusterRecord, client: KubeClient): OpenCluster {
    return {
      client,
      session: new LiveSession(client),
      kubeconfig: this.#options.kubeconfig,
      reader: kubeReader(client),
      journal: { read: async () => nodeJournal((await this.#connect()).docker, places.node, record).read() },
      liveDrills: (progress) => liveDrillsOn(this.#drilledCluster(places, client), record, progress),
      drills: () => this.#options.createDrills({ objects: async () => (await listAllObjects(client)).filter(belongsToLab), now: Date.now }),
      close: () => client.close(),
    };
  }

  #drilledCluster(places: ClusterPlaces, client: KubeClient): DrilledCluster {
    return { places, client, connect: () => this.#connect() };
  }

  async #clientOrFail(places: ClusterPlaces): Promise<KubeClient> {
    const client = await clientOf(places);
    if (client) return client;
    throw new SessionError(`the way to the cluster is lost: ${places.kubeconfig} is not there or damaged`, {
      hint: 'Type `lab stop --delete` and start again for a new cluster.',
    });
  }

  #connect(): Promise<Machine> {
    const { machine } = this.#options;
    this.#machine ??= machine ? Promise.resolve(machine) : connectMachine(this.#options);
    return this.#machine;
  }
}

function needsOf({ needs }: ScenarioPlan): readonly string[] {
  return needs ?? [];
}

/** What a copy of the cluster is made of: the control plane, its nodes and Argo Rollouts itself have their counterparts there. */
function belongsToLab({ kind, metadata }: KubeObject): boolean {
  if (kind === 'Node' || kind === 'CSINode') return false;
  return !SYSTEM_NAMESPACES.includes(metadata.namespace ?? '') && !(kind === 'Namespace' && SYSTEM_NAMESPACES.includes(metadata.name));
}
