import type { Watched } from '../../../system/docker.ts';
import { replaceFile } from '../../../system/files.ts';
import type { Progress, Step } from '../../backend.ts';
import { stampsOf, type Applied } from '../apply-manifest.ts';
import { takeBaseline } from '../clear-scenario.ts';
import { writeRecord, type ClusterRecord } from '../cluster-record.ts';
import { ARGO_ROLLOUTS, installationOf, provideManifestImages, readManifest, TEKTON, type Installation } from '../install-manifest.ts';
import { buildApps, labImages, provideScanner } from '../lab-images.ts';
import { waitUntilAtWork } from '../node-access.ts';
import { bringUpManifest, type ManifestBringUp } from './bring-up-manifest.ts';
import { createCluster } from './create-cluster.ts';
import { loadIntoNode, type Batch } from './load-into-node.ts';
import { abortingTogether, deferred } from './steps-together.ts';
import { waitUntilTektonIsAtWork } from './tekton-at-work.ts';
import type { Workshop } from './workshop.ts';

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
      const batches: Batch[] = [{ name: ARGO_ROLLOUTS.slug, images: tagsOf(installations.rollouts), onLoaded: rolloutsImages.resolve }];
      if (installations.tekton) batches.push({ name: TEKTON.slug, images: tagsOf(installations.tekton), onLoaded: tektonImages.resolve });
      batches.push({ name: workshop.hasTekton ? 'lab-with-tekton' : 'lab', images: labImages(workshop.apps) });
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
