import { setTimeout } from 'node:timers/promises';
import type { KubeClient } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Docker } from '../../system/docker.ts';
import { readIfThere } from '../../system/files.ts';
import { restoreManifest } from './apply-manifest.ts';
import { waitUntilTektonIsAtWork } from './bring-up/tekton-at-work.ts';
import type { ClusterPlaces, ClusterRecord } from './cluster-record.ts';
import { ARGO_ROLLOUTS, TEKTON, type Installable } from './install-manifest.ts';
import { waitUntilAtWork } from './node-access.ts';

/** A cluster in which a learner may have changed the controllers, too. */
export interface InstalledCluster {
  docker: Docker;
  client: KubeClient;
  places: ClusterPlaces;
  record: ClusterRecord;
}

type Detail = (text: string) => void;

/** Argo Rollouts as it was installed, and at work. */
export async function restoreRollouts(cluster: InstalledCluster, detail: Detail): Promise<void> {
  const { docker, client, places } = cluster;
  await restore(ARGO_ROLLOUTS, places.rolloutsFile, cluster, detail);
  await waitUntilAtWork({ client, docker, node: places.node }, detail);
}

/** Tekton Pipelines as it was installed, and at work. */
export async function restoreTekton(cluster: InstalledCluster, detail: Detail): Promise<void> {
  await restore(TEKTON, cluster.places.tektonFile, cluster, detail);
  await waitUntilTektonIsAtWork(cluster.client, detail);
}

/** Applies again what of a manifest is no longer as it was installed. */
async function restore({ namespace }: Installable, file: string, { client, record }: InstalledCluster, onDetail: Detail): Promise<void> {
  const text = await readIfThere(file);
  if (text === undefined) return;
  await restoreManifest(client, JSON.parse(text) as KubeObject[], record.applied ?? {}, { namespace, onDetail, pause: setTimeout });
}
