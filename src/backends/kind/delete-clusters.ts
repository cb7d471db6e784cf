import { rm } from 'node:fs/promises';
import { EnvironmentError } from '../../errors.ts';
import type { Docker } from '../../system/docker.ts';
import { LAB_APPS } from './apps.ts';
import { kindFolder, type ClusterPlaces } from './cluster-record.ts';
import { removeArchives } from './image-archive.ts';
import type { KindProgram } from './kind-program.ts';
import { removeOwnImages } from './lab-images.ts';

const KIND_NETWORK = 'kind';

/** Takes a cluster away, also one that was only half made. */
export async function deleteCluster(docker: Docker, kind: KindProgram, { name, node, kubeconfig }: ClusterPlaces): Promise<void> {
  try {
    await kind.delete(name, kubeconfig);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
  }
  // Why: kind may be gone, or have overlooked a container that it had only just begun to make.
  await docker.removeContainer(node);
}

interface Leftovers {
  home: string;
  cacheFolder: string;
  keepsImages?: boolean;
}

/** Takes away what is left once no cluster of this lab is: its folder, and what no other cluster on this machine needs. */
export async function deleteRest(docker: Docker, { home, cacheFolder, keepsImages }: Leftovers): Promise<void> {
  await rm(kindFolder(home), { recursive: true, force: true });
  const others = await docker.containersWith('io.x-k8s.kind.cluster');
  if (others.length === 0) await docker.removeUnusedNetwork(KIND_NETWORK);
  if (keepsImages || others.some(({ name }) => name.startsWith('lab-'))) return;
  await removeOwnImages(docker, LAB_APPS);
  await removeArchives(cacheFolder);
}
