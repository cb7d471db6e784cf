import { rm } from 'node:fs/promises';
import type { KubeClient } from '../../../kube/client.ts';
import { readIfThere, replaceFile } from '../../../system/files.ts';
import type { LiveDrills, Progress } from '../../backend.ts';
import { SYSTEM_NAMESPACES } from '../audit-policy.ts';
import { readRecord, writeRecord, type ClusterPlaces, type ClusterRecord } from '../cluster-record.ts';
import type { Machine } from '../machine.ts';
import { nodeTimeMs } from '../node-access.ts';
import { nodeJournal } from '../node-journal.ts';
import type { LabState } from './lab-state.ts';

/** A cluster on which drills are carried out, or were. */
export interface DrilledCluster {
  places: ClusterPlaces;
  client: KubeClient;
  connect: () => Promise<Machine>;
}

/** What has to be put back when a drill on the cluster was killed. */
interface InterruptedDrill {
  begunMs: number;
  state: LabState;
}

/** Drills on this very cluster. What they write is left out of the learner's journal. */
export async function liveDrillsOn(cluster: DrilledCluster, record: ClusterRecord, progress: Progress): Promise<LiveDrills> {
  const { places, client } = cluster;
  const [{ KindLiveDrills }, { LiveFaults }, { docker, kind }] = await Promise.all([
    import('./live-drills.ts'),
    import('./live-faults.ts'),
    cluster.connect(),
  ]);
  const baseline = new Set(record.baseline);
  const namespaces = (await client.list('namespaces')).items.map(({ metadata }) => metadata.name);
  let begunMs = 0;
  return new KindLiveDrills({
    client,
    progress,
    namespaces: namespaces.filter((name) => !baseline.has(`Namespace /${name}`) && !SYSTEM_NAMESPACES.includes(name)),
    faultsFor: ({ production }) => new LiveFaults({ docker, kind, client, cluster: places, production }),
    journalSince: async (sinceMs) => (await nodeJournal(docker, places.node, { sinceMs }).read()).entries,
    now: () => nodeTimeMs(docker, places.node),
    keep: async (state) => {
      if (state) {
        begunMs = await nodeTimeMs(docker, places.node);
        await replaceFile(places.drillFile, JSON.stringify({ begunMs, state } satisfies InterruptedDrill));
      } else await endDrill(cluster, begunMs);
    },
  });
}

/** Puts back what a drill on the cluster has left that was killed. */
export async function finishDrill(cluster: DrilledCluster, progress: Progress): Promise<void> {
  const { places, client } = cluster;
  const text = await readIfThere(places.drillFile);
  if (text === undefined) return;
  const { begunMs, state } = JSON.parse(text) as InterruptedDrill;
  const [{ restoreState }, { removeCustomerNamespace }] = await Promise.all([import('./live-drills.ts'), import('./customer.ts')]);
  await progress.step('Putting back what an interrupted live check has left', async (detail) => {
    await mendFaults(cluster);
    await removeCustomerNamespace(client);
    await restoreState(client, state, detail);
    await endDrill(cluster, begunMs);
  });
}

/** What a drill that was killed has broken on the node is mended; the rest goes with the scenario. */
export async function forgetDrill(cluster: DrilledCluster): Promise<void> {
  const { drillFile } = cluster.places;
  if ((await readIfThere(drillFile)) === undefined) return;
  await mendFaults(cluster);
  await rm(drillFile, { force: true });
}

async function mendFaults({ places, client, connect }: DrilledCluster): Promise<void> {
  const [{ LiveFaults }, { docker, kind }] = await Promise.all([import('./live-faults.ts'), connect()]);
  await new LiveFaults({ docker, kind, client, cluster: places, production: { namespace: '', name: '' } }).mend();
}

/** What a drill wrote between two moments is no business of the learner's journal. */
async function endDrill({ places, connect }: DrilledCluster, fromMs: number): Promise<void> {
  const { docker } = await connect();
  const record = (await readRecord(places))!;
  const toMs = await nodeTimeMs(docker, places.node);
  await writeRecord(places, { ...record, drilled: [...(record.drilled ?? []), { fromMs, toMs }] });
  await rm(places.drillFile, { force: true });
}
