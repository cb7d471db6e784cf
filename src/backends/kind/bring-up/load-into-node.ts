import { CommandError } from '../../../errors.ts';
import type { Docker, Watched } from '../../../system/docker.ts';
import { archiveFolder, ARCHIVES_IN_NODE, keepArchive, type ImageBatch } from '../image-archive.ts';
import { waitFor } from '../waiting.ts';
import type { Workshop } from './workshop.ts';

const CONTAINERD_MS = 5 * 60_000;

const LOAD_MS = 10 * 60_000;
const IMPORT = ['ctr', '--namespace', 'k8s.io', 'images', 'import', '--all-platforms', '--digests'];

export interface Batch extends ImageBatch {
  /** Tells whoever waits for them. */
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
export async function loadIntoNode(workshop: Workshop, { batches, madeNode }: Loading, watched: Required<Watched>): Promise<void> {
  const { docker, places, cacheFolder } = workshop;
  const files = new Map<Batch, string>();
  for (const batch of batches) {
    watched.onDetail(`packing ${amount(batch)}`);
    files.set(batch, await keepArchive(docker, archiveFolder(cacheFolder), batch));
  }
  for (;;) {
    const node = await waitForContainerd(workshop, watched);
    try {
      for (const [batch, file] of files) {
        await loadBatch(workshop, batch, file, watched);
        batch.onLoaded?.();
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

/** From the archive that the node sees, which is quicker than `kind load`; that one comes in where the node will not have it. */
async function loadBatch({ docker, kind, places }: Workshop, batch: Batch, file: string, watched: Required<Watched>): Promise<void> {
  const { signal, onDetail } = watched;
  onDetail(amount(batch));
  const { exitCode } = await docker.exec(places.node, [...IMPORT, `${ARCHIVES_IN_NODE}/${file}`], { timeoutMs: LOAD_MS });
  if (exitCode !== 0) await kind.load(places.name, batch.images, { signal, onLine: onDetail });
}

function amount({ images }: Batch): string {
  return images.length === 1 ? images[0]! : `${images.length} images`;
}
