import { CommandError } from '../../../errors.ts';
import type { Docker, Watched } from '../../../system/docker.ts';
import { waitFor } from '../waiting.ts';
import type { Workshop } from './workshop.ts';

const CONTAINERD_MS = 5 * 60_000;

const LOAD_MS = 10 * 60_000;
const IMPORT = ['ctr', '--namespace', 'k8s.io', 'images', 'import', '--all-platforms', '--digests', '-'];

/** Images that are loaded together, and who waits for them. */
export interface Batch {
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
export async function loadIntoNode(workshop: Workshop, { batches, madeNode }: Loading, watched: Required<Watched>): Promise<void> {
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
