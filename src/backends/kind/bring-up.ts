import { setTimeout } from 'node:timers/promises';
import { EnvironmentError } from '../../errors.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Docker, Watched } from '../../system/docker.ts';
import { makeFolder, makePrivateFolder, replaceFile } from '../../system/files.ts';
import { startIdOf } from '../../system/processes.ts';
import type { Progress } from '../backend.ts';
import { AUDIT_POLICY, POLICY_FILE } from './audit-policy.ts';
import { takeBaseline } from './clear-scenario.ts';
import { clusterConfig } from './cluster-config.ts';
import { writeRecord, type ClusterPlaces, type ClusterRecord } from './cluster-record.ts';
import { installRollouts } from './install-rollouts.ts';
import type { KindProgram } from './kind-program.ts';
import { buildApps, labImages, provideScanner, pullMissing, type LabApp } from './lab-images.ts';
import { clientOf, waitForApi, waitUntilAtWork } from './node-access.ts';
import { versionIn, type MinorVersion } from './node-version.ts';
import { imagesIn, readRolloutsManifest, rolloutsObjects } from './rollouts-manifest.ts';
import { withClock } from './waiting.ts';

/** What a bring-up works with. */
export interface Workshop {
  docker: Docker;
  kind: KindProgram;
  places: ClusterPlaces;
  apps: readonly LabApp[];
  /** Where lab is installed. */
  installFolder: string;
  cacheFolder: string;
}

const FILE_MODE = 0o644;

/** Makes an empty cluster with Argo Rollouts in it; what the record says is done already is left as it is. Answers the new record. */
export async function bringUpCluster(workshop: Workshop, record: ClusterRecord, progress: Progress): Promise<ClusterRecord> {
  const abort = new AbortController();
  const run = (act: (watched: Watched & { onDetail: (text: string) => void; signal: AbortSignal }) => Promise<void>) => {
    return async (detail: (text: string) => void): Promise<void> => {
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
  };
  let current = record;
  let objects: KubeObject[] = [];
  const makeCluster = {
    title: 'Making the cluster',
    run: run(async (watched) => void (current = await createCluster(workshop, current, watched))),
  };
  const getImages = {
    title: 'Getting the images',
    run: run(async (watched) => {
      objects = rolloutsObjects(
        await readRolloutsManifest({ location: record.settings.rolloutsManifest, cacheFolder: workshop.cacheFolder, ...watched }),
      );
      await provideImages(workshop, record, objects, watched);
    }),
  };
  await progress.together(current.stage === 'creating' ? [getImages, makeCluster] : [getImages]);

  await progress.step(
    'Loading the images into the cluster',
    run((watched) => loadImages(workshop, [...imagesIn(objects), ...labImages(workshop.apps)], watched)),
  );
  await progress.step(
    'Installing Argo Rollouts',
    run(async (watched) => void (current = await install(workshop, current, objects, watched))),
  );
  return current;
}

async function createCluster(
  { docker, kind, places }: Workshop,
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
  const config = clusterConfig({ name: places.name, nodeImage, version, policyFolder: places.policyFolder, apiPort });
  await replaceFile(places.configFile, JSON.stringify(config, undefined, 2));
  let noted: Promise<void> = Promise.resolve();
  await kind.create({
    name: places.name,
    configFile: places.configFile,
    kubeconfig: places.kubeconfig,
    signal: watched.signal,
    onLine: watched.onDetail,
    onStart: (pid) => void (noted = noteCreator(places, record, pid)),
  });
  await noted;
  const container = await docker.container(places.node);
  if (!container) throw new EnvironmentError(`the cluster ${places.name} vanished while it was made`, { hint: 'Start again.' });
  const created: ClusterRecord = { ...record, stage: 'created', containerId: container.id };
  await writeRecord(places, created);
  return created;
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

async function provideImages(
  { docker, apps, installFolder }: Workshop,
  { settings }: ClusterRecord,
  objects: readonly KubeObject[],
  watched: Watched,
): Promise<void> {
  await pullMissing(docker, imagesIn(objects), watched);
  await provideScanner(docker, settings, watched);
  await buildApps(docker, apps, installFolder, watched);
}

async function loadImages({ kind, places }: Workshop, images: readonly string[], { signal, onDetail }: Required<Watched>): Promise<void> {
  onDetail(`${images.length} images`);
  await kind.load(places.name, images, { signal, onLine: onDetail });
}

async function install(
  { places }: Workshop,
  record: ClusterRecord,
  objects: readonly KubeObject[],
  { onDetail }: Required<Watched>,
): Promise<ClusterRecord> {
  const client = await clientOf(places);
  if (!client) throw new EnvironmentError(`${places.kubeconfig} is not there`, { hint: 'Type `lab stop --delete`, and start again.' });
  try {
    await waitForApi(client, onDetail, places.node);
    await installRollouts(client, objects, onDetail, setTimeout);
    await replaceFile(places.rolloutsFile, JSON.stringify(objects));
    await waitUntilAtWork(client, onDetail);
    const installed: ClusterRecord = { ...record, stage: 'installed', baseline: await takeBaseline(client) };
    await writeRecord(places, installed);
    return installed;
  } finally {
    client.close();
  }
}
