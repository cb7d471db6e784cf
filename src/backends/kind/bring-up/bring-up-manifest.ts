import { setTimeout } from 'node:timers/promises';
import { EnvironmentError, LabError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { Docker, Watched } from '../../../system/docker.ts';
import { readIfThere } from '../../../system/files.ts';
import type { ClusterPlaces } from '../cluster-record.ts';
import { applyManifest, type Applied } from '../apply-manifest.ts';
import type { Installable } from '../install-manifest.ts';
import type { KindProgram } from '../kind-program.ts';
import { clientFrom, waitForApi, waitUntilServicesWork, waitUntilTrusted } from '../node-access.ts';

export interface ManifestBringUp {
  docker: Docker;
  kind: KindProgram;
  places: ClusterPlaces;
  installable: Installable;
  objects: readonly KubeObject[];
  /** Settles once the node has the images of the controllers. */
  hasImages: () => Promise<void>;
  /** Settles once kind is done with the cluster. */
  isCreated: () => Promise<void>;
}

/** A way to the API server of a cluster, and what tells that cluster from any other. */
interface Door {
  client: KubeClient;
  certificateAuthority: string | undefined;
}

const KNOCK_MS = 300;

/**
 * Installs software in a cluster that is being made, from the moment its API server takes objects, which is seconds before kind is done
 * with it. Answers what was applied, and a client of the cluster that kind has made in the end: should that be another one, everything is
 * applied to it from the beginning.
 */
export async function bringUpManifest(
  wanted: ManifestBringUp,
  watched: Required<Watched>,
): Promise<{ client: KubeClient; applied: Applied }> {
  const early = await installEarly(wanted, watched);
  try {
    await wanted.isCreated();
    const door = await openDoor(await kubeconfigIn(wanted.places));
    return { client: door.client, applied: await appliedThrough(door, early, wanted, watched) };
  } finally {
    early?.leave();
  }
}

/** What was applied early if that was to the same cluster; otherwise it is applied now. */
async function appliedThrough(
  { client, certificateAuthority }: Door,
  early: EarlyInstallation | undefined,
  wanted: ManifestBringUp,
  watched: Required<Watched>,
): Promise<Applied> {
  const isSame = early !== undefined && early.certificateAuthority === certificateAuthority;
  try {
    return (isSame ? await early.applied : undefined) ?? (await applyAll(wanted, client, watched));
  } catch (error) {
    client.close();
    throw error;
  }
}

/** An installation under way in a cluster that kind is still at work on. */
interface EarlyInstallation {
  certificateAuthority: string | undefined;
  /** Undefined when something was in the way: then it is simply done afterwards. */
  applied: Promise<Applied | undefined>;
  /** Ends it if it has not ended. */
  leave: () => void;
}

/** Undefined when kind was done first. */
async function installEarly(wanted: ManifestBringUp, watched: Required<Watched>): Promise<EarlyInstallation | undefined> {
  const door = await firstDoor(wanted, watched);
  if (!door) return undefined;
  const { client, certificateAuthority } = door;
  const left = new AbortController();
  const signal = AbortSignal.any([watched.signal, left.signal]);
  const applied = applyAll(wanted, client, { ...watched, signal }).catch((error: unknown) => {
    if (signal.aborted || error instanceof LabError) return undefined;
    throw error;
  });
  const leave = (): void => {
    left.abort();
    client.close();
  };
  return { certificateAuthority, applied, leave };
}

/** The way in, as soon as there is one while kind is still at work. */
async function firstDoor({ kind, places, isCreated }: ManifestBringUp, { onDetail }: Required<Watched>): Promise<Door | undefined> {
  onDetail('waiting for the cluster');
  let isOver = false;
  // Why both: whether kind got there is for whoever waits for the cluster to find out.
  const note = (): void => void (isOver = true);
  const over = isCreated().then(note, note);
  while (!isOver) {
    const kubeconfig = await kind.kubeconfig(places.name).catch(nothingYet);
    if (kubeconfig !== undefined) return openDoor(kubeconfig);
    await Promise.race([over, setTimeout(KNOCK_MS)]);
  }
  return undefined;
}

function nothingYet(error: unknown): undefined {
  if (!(error instanceof LabError)) throw error;
}

async function openDoor(kubeconfig: string): Promise<Door> {
  const { client, access } = await clientFrom(kubeconfig);
  return { client, certificateAuthority: access.certificateAuthority };
}

async function kubeconfigIn({ kubeconfig }: ClusterPlaces): Promise<string> {
  const text = await readIfThere(kubeconfig);
  if (text !== undefined) return text;
  throw new EnvironmentError(`${kubeconfig} is not there`, { hint: 'Type `lab stop --delete`, and start again.' });
}

async function applyAll(
  { docker, installable, objects, places, hasImages }: ManifestBringUp,
  client: KubeClient,
  watched: Required<Watched>,
): Promise<Applied> {
  const { onDetail, signal } = watched;
  const apply = (wanted: readonly KubeObject[]): Promise<Applied> =>
    applyManifest(client, wanted, { namespace: installable.namespace, onDetail, pause: setTimeout });
  // Why: a pod whose image is not there yet waits ten seconds before it looks again, so what makes pods comes last.
  const isRun = ({ kind }: KubeObject): boolean => kind === 'Deployment';
  await waitForApi(client, onDetail, places.node, signal);
  await waitUntilTrusted(client, watched);
  const definitions = await apply(objects.filter((object) => !isRun(object)));
  onDetail('waiting for its images');
  await hasImages();
  await waitUntilServicesWork({ client, docker, node: places.node }, watched);
  return { ...definitions, ...(await apply(objects.filter(isRun))) };
}
