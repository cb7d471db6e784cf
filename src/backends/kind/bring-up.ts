import { setTimeout } from 'node:timers/promises';
import { CommandError, EnvironmentError } from '../../errors.ts';
import type { Docker, Watched } from '../../system/docker.ts';
import { makeFolder, makePrivateFolder, replaceFile } from '../../system/files.ts';
import { startIdOf } from '../../system/processes.ts';
import type { Progress, Step } from '../backend.ts';
import { AUDIT_POLICY, POLICY_FILE } from './audit-policy.ts';
import { takeBaseline } from './clear-scenario.ts';
import { clusterConfig } from './cluster-config.ts';
import { stampsOf, type Applied } from './apply-manifest.ts';
import { bringUpManifest, type ManifestBringUp } from './bring-up-manifest.ts';
import { writeRecord, type ClusterPlaces, type ClusterRecord } from './cluster-record.ts';
import type { KindProgram } from './kind-program.ts';
import { buildApps, labImages, provideScanner, pullMissing, type LabApp } from './lab-images.ts';
import { waitUntilAtWork } from './node-access.ts';
import { versionIn, type MinorVersion } from './node-version.ts';
import { ARGO_ROLLOUTS, installationOf, provideManifestImages, readManifest, TEKTON, type Installation } from './install-manifest.ts';
import { waitUntilTektonIsAtWork } from './tekton-at-work.ts';
import { waitFor, withClock } from './waiting.ts';

/** What a bring-up works with. */
export interface Workshop {
  docker: Docker;
  kind: KindProgram;
  places: ClusterPlaces;
  apps: readonly LabApp[];
  /** Whether Tekton Pipelines is to be installed, too. */
  hasTekton: boolean;
  /** Where lab is installed. */
  installFolder: string;
  cacheFolder: string;
  /** Folder on this machine that pods may read. */
  sharedFolder?: string;
}

const FILE_MODE = 0o644;
/** What a creator that was killed had begun can take some seconds to appear, and to go. */
const CREATE_ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_MS = 1000;
const CONTAINERD_MS = 5 * 60_000;

/** What the manifests install; Tekton Pipelines only where it is needed. */
interface Installations {
  rollouts: Installation;
  tekton?: Installation;
}

/** Makes an empty cluster with what scenarios build on; what the record says is done already is left as it is. Answers the new record. */
export async function bringUpCluster(workshop: Workshop, record: ClusterRecord, progress: Progress): Promise<ClusterRecord> {
  const run = abortingTogether();
  let current = record;
  const manifests = deferred<Installations>();
  const [images, cluster, rolloutsImages, tektonImages] = [deferred(), deferred(), deferred(), deferred()];
  const tekton = deferred<Applied>();
  const getImages: Step = {
    title: 'Getting the images',
    run: run(async (watched) => {
      const installations = await readManifests(workshop, record, watched);
      manifests.resolve(installations);
      await provideImages(workshop, record, installations, watched);
      images.resolve();
    }),
  };
  const makeCluster: Step = {
    title: 'Making the cluster',
    run: run(async (watched) => {
      current = await createCluster(workshop, current, watched);
      cluster.resolve();
    }),
  };
  const load: Step = {
    title: 'Loading the images into the cluster',
    run: run(async (watched) => {
      watched.onDetail('waiting for the images');
      await images.promise(watched.signal);
      const installations = await manifests.promise(watched.signal);
      const batches: Batch[] = [{ images: tagsOf(installations.rollouts), onLoaded: rolloutsImages.resolve }];
      if (installations.tekton) batches.push({ images: tagsOf(installations.tekton), onLoaded: tektonImages.resolve });
      batches.push({ images: labImages(workshop.apps) });
      const madeNode = async (): Promise<string | undefined> => {
        await cluster.promise(watched.signal);
        return current.containerId;
      };
      await loadIntoNode(workshop, { batches, madeNode }, watched);
    }),
  };
  const installTekton: Step = {
    title: `Installing ${TEKTON.name}`,
    run: run(async (watched) => {
      const { signal } = watched;
      const { objects } = (await manifests.promise(signal)).tekton!;
      const hasImages = (): Promise<void> => tektonImages.promise(signal);
      const isCreated = (): Promise<void> => cluster.promise(signal);
      tekton.resolve(await finishTekton({ ...workshop, installable: TEKTON, objects, hasImages, isCreated }, watched));
    }),
  };
  const installRollouts: Step = {
    title: `Installing ${ARGO_ROLLOUTS.name}`,
    run: run(async (watched) => {
      const { signal } = watched;
      const { objects } = (await manifests.promise(signal)).rollouts;
      const hasImages = (): Promise<void> => rolloutsImages.promise(signal);
      const isCreated = (): Promise<void> => cluster.promise(signal);
      const others = async (): Promise<Applied> => (workshop.hasTekton ? tekton.promise(signal) : {});
      const wanted = { ...workshop, installable: ARGO_ROLLOUTS, objects, hasImages, isCreated };
      current = await finish(workshop, { created: () => current, wanted, others }, watched);
    }),
  };
  if (current.stage !== 'creating') cluster.resolve();
  const making = current.stage === 'creating' ? [makeCluster] : [];
  await progress.together([getImages, ...making, load, ...(workshop.hasTekton ? [installTekton] : []), installRollouts]);
  return current;
}

type Act = (watched: Required<Watched>) => Promise<void>;

/** Makes steps of acts that all give up when one of them fails; each tells how long it has been at work. */
function abortingTogether(): (act: Act) => Step['run'] {
  const abort = new AbortController();
  return (act) => async (detail) => {
    const clock = withClock(detail);
    try {
      await act({ onDetail: clock.detail, signal: abort.signal });
    } catch (error) {
      abort.abort();
      throw error;
    } finally {
      clock.stop();
    }
  };
}

/** A promise that one step keeps for another, which stops waiting when everything is given up. */
function deferred<T = void>(): { resolve: (value: T) => void; promise: (signal: AbortSignal) => Promise<T> } {
  let resolve!: (value: T) => void;
  const kept = new Promise<T>((settle) => (resolve = settle));
  const promise = async (signal: AbortSignal): Promise<T> => {
    if (signal.aborted) throw new GivenUp();
    let giveUp!: () => void;
    const aborted = new Promise<never>((_settle, reject) => (giveUp = () => reject(new GivenUp())));
    signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([kept, aborted]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
  return { resolve, promise };
}

/** Why a step ended that did not fail itself. */
class GivenUp extends Error {}

/** Images that are loaded together, and who waits for them. */
interface Batch {
  images: readonly string[];
  onLoaded?: () => void;
}

interface Loading {
  /** In this order. */
  batches: readonly Batch[];
  /** The container that is the node in the end. */
  madeNode: () => Promise<string | undefined>;
}

/**
 * Loads images long before the cluster is done. Should the node that took them give way to another one, as what a killed `kind create` has
 * begun does, that one gets them, too.
 */
async function loadIntoNode(workshop: Workshop, { batches, madeNode }: Loading, watched: Required<Watched>): Promise<void> {
  const { docker, places } = workshop;
  for (;;) {
    const node = await waitForContainerd(workshop, watched);
    try {
      for (const { images, onLoaded } of batches) {
        await loadImages(workshop, images, watched);
        onLoaded?.();
      }
      if ((await madeNode()) === node) return;
    } catch (error) {
      const present = await docker.container(places.node);
      const isStillThere = present?.id === node && present.isRunning;
      if (isStillThere || !(error instanceof CommandError)) throw error;
    }
  }
}

/** Waits until the node can keep images; answers its container. */
async function waitForContainerd({ docker, places }: Workshop, { onDetail, signal }: Required<Watched>): Promise<string> {
  let found = '';
  await waitFor({
    what: 'the node to take images',
    withinMs: CONTAINERD_MS,
    look: async () => {
      const node = await docker.container(places.node);
      if (!node?.isRunning) return 'there is no node yet';
      found = node.id;
      return (await hasContainerd(docker, places.node)) || 'its containerd does not answer';
    },
    detail: onDetail,
    signal,
  });
  return found;
}

/** A node that is on its way out does not have one any more. */
async function hasContainerd(docker: Docker, node: string): Promise<boolean> {
  try {
    return (await docker.exec(node, ['ctr', '--namespace', 'k8s.io', 'version'])).exitCode === 0;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

async function createCluster(
  { docker, kind, places, sharedFolder }: Workshop,
  record: ClusterRecord,
  watched: Required<Watched>,
): Promise<ClusterRecord> {
  const { nodeImage, apiPort } = record.settings;
  await pullMissing(docker, [nodeImage], watched);
  const version = await versionOf(docker, nodeImage);
  // Why: the mounted folder is read by the API server, which is not the learner.
  await makePrivateFolder(places.folder);
  await makeFolder(places.policyFolder);
  await replaceFile(`${places.policyFolder}/${POLICY_FILE}`, JSON.stringify(AUDIT_POLICY), FILE_MODE);
  // Why: Docker makes a missing folder itself, and then it is not the learner's.
  if (sharedFolder !== undefined) await makeFolder(sharedFolder);
  const config = clusterConfig({
    name: places.name,
    nodeImage,
    version,
    policyFolder: places.policyFolder,
    ...(sharedFolder !== undefined && { sharedFolder }),
    apiPort,
  });
  await replaceFile(places.configFile, JSON.stringify(config, undefined, 2));
  await createAnew({ docker, kind, places }, record, watched);
  const container = await docker.container(places.node);
  if (!container) throw new EnvironmentError(`the cluster ${places.name} vanished while it was made`, { hint: 'Start again.' });
  const created: ClusterRecord = { ...record, stage: 'created', containerId: container.id };
  await writeRecord(places, created);
  return created;
}

/** Makes the cluster; what another start had only just begun to make, and could not end, gives way. */
async function createAnew(
  { docker, kind, places }: Pick<Workshop, 'docker' | 'kind' | 'places'>,
  record: ClusterRecord,
  { signal, onDetail }: Required<Watched>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await docker.removeContainer(places.node);
    let noted: Promise<void> = Promise.resolve();
    try {
      await kind.create({
        name: places.name,
        configFile: places.configFile,
        kubeconfig: places.kubeconfig,
        signal,
        onLine: onDetail,
        onStart: (pid) => void (noted = noteCreator(places, record, pid)),
      });
      return;
    } catch (error) {
      const isInTheWay = error instanceof CommandError && /already exist|already in use/.test(error.output);
      if (!isInTheWay || attempt === CREATE_ATTEMPTS) throw error;
    } finally {
      await noted;
    }
    await setTimeout(BETWEEN_ATTEMPTS_MS, undefined, { signal });
  }
}

/** So that a `kind create` that outlives this command can be found and ended. */
async function noteCreator(places: ClusterPlaces, record: ClusterRecord, pid: number): Promise<void> {
  const startId = await startIdOf(pid);
  if (startId !== undefined) await writeRecord(places, { ...record, creator: { pid, startId } });
}

/** The version of Kubernetes in a node image: its tag says it, or else a file in it does. */
async function versionOf(docker: Docker, nodeImage: string): Promise<MinorVersion> {
  const version = versionIn(nodeImage) ?? versionIn((await docker.runOnce(nodeImage, ['cat', '/kind/version'])).stdout);
  if (version) return version;
  throw new EnvironmentError(`${nodeImage} is no image of a kind node`, {
    hint: 'Set LAB_NODE_IMAGE to one, such as kindest/node:v1.34.0, or take it out to use the default.',
  });
}

async function readManifests(
  { cacheFolder, hasTekton }: Workshop,
  { settings }: ClusterRecord,
  watched: Required<Watched>,
): Promise<Installations> {
  const { rolloutsManifest, tektonManifest } = settings;
  const rollouts = installationOf(
    ARGO_ROLLOUTS,
    await readManifest(ARGO_ROLLOUTS, { location: rolloutsManifest, cacheFolder, ...watched }),
  );
  if (!hasTekton) return { rollouts };
  const tekton = installationOf(TEKTON, await readManifest(TEKTON, { location: tektonManifest, cacheFolder, ...watched }));
  return { rollouts, tekton };
}

async function provideImages(
  { docker, apps, installFolder }: Workshop,
  { settings }: ClusterRecord,
  { rollouts, tekton }: Installations,
  watched: Watched,
): Promise<void> {
  await provideManifestImages(docker, [...rollouts.images, ...(tekton?.images ?? [])], watched);
  await provideScanner(docker, settings, watched);
  await buildApps(docker, apps, { installFolder, nodeImage: settings.nodeImage }, watched);
}

function tagsOf({ images }: Installation): string[] {
  return images.map(({ tag }) => tag);
}

const LOAD_MS = 10 * 60_000;
const IMPORT = ['ctr', '--namespace', 'k8s.io', 'images', 'import', '--all-platforms', '--digests', '-'];

/** Straight from Docker into the node, which is quicker than `kind load`; that one comes in where the node will not have it. */
async function loadImages(
  { docker, kind, places }: Workshop,
  images: readonly string[],
  { signal, onDetail }: Required<Watched>,
): Promise<void> {
  onDetail(images.length === 1 ? images[0]! : `${images.length} images`);
  const { exitCode } = await docker.exec(places.node, IMPORT, { timeoutMs: LOAD_MS, input: await docker.save(images) });
  if (exitCode !== 0) await kind.load(places.name, images, { signal, onLine: onDetail });
}

/** Tekton Pipelines at work in the cluster. Answers what was applied, after the webhook has made itself known in some of it. */
async function finishTekton(wanted: ManifestBringUp, watched: Required<Watched>): Promise<Applied> {
  const { places, objects, installable } = wanted;
  const { client } = await bringUpManifest(wanted, watched);
  try {
    await replaceFile(places.tektonFile, JSON.stringify(objects));
    await waitUntilTektonIsAtWork(client, watched.onDetail, watched.signal);
    return await stampsOf(client, objects, installable.namespace);
  } finally {
    client.close();
  }
}

interface Finishing {
  created: () => ClusterRecord;
  wanted: ManifestBringUp;
  /** What else was applied, once that is done. */
  others: () => Promise<Applied>;
}

/** Argo Rollouts at work in the cluster, and the cluster known as it is without a scenario. */
async function finish(
  { docker, places }: Workshop,
  { created, wanted, others }: Finishing,
  watched: Required<Watched>,
): Promise<ClusterRecord> {
  const { client, applied } = await bringUpManifest(wanted, watched);
  try {
    await replaceFile(places.rolloutsFile, JSON.stringify(wanted.objects));
    await waitUntilAtWork({ client, docker, node: places.node }, watched.onDetail);
    const everything = { ...applied, ...(await others()) };
    const installed: ClusterRecord = { ...created(), stage: 'installed', applied: everything, baseline: await takeBaseline(client) };
    await writeRecord(places, installed);
    return installed;
  } finally {
    client.close();
  }
}
