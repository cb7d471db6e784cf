import { setTimeout } from 'node:timers/promises';
import { CommandError, EnvironmentError } from '../../../errors.ts';
import type { Docker, Watched } from '../../../system/docker.ts';
import { makeFolder, makePrivateFolder, replaceFile } from '../../../system/files.ts';
import { startIdOf } from '../../../system/processes.ts';
import { AUDIT_POLICY, POLICY_FILE } from '../audit-policy.ts';
import { clusterConfig } from '../cluster-config.ts';
import { writeRecord, type ClusterPlaces, type ClusterRecord } from '../cluster-record.ts';
import { archiveFolder } from '../image-archive.ts';
import { pullMissing } from '../lab-images.ts';
import { versionIn, type MinorVersion } from '../node-version.ts';
import type { Workshop } from './workshop.ts';

const FILE_MODE = 0o644;
/** What a creator that was killed had begun can take some seconds to appear, and to go. */
const CREATE_ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_MS = 1000;

/** Makes the node, with the API server's audit log on. Answers the record, which says so by then. */
export async function createCluster(
  { docker, kind, places, sharedFolder, cacheFolder }: Workshop,
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
  await makeFolder(archiveFolder(cacheFolder));
  if (sharedFolder !== undefined) await makeFolder(sharedFolder);
  const config = clusterConfig({
    name: places.name,
    nodeImage,
    version,
    policyFolder: places.policyFolder,
    archiveFolder: archiveFolder(cacheFolder),
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
