import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SessionError } from '../../errors.ts';
import { isSystemError, makePrivateFolder, readIfThere, replaceFile } from '../../system/files.ts';
import type { ProcessIdentity } from '../../system/processes.ts';
import type { KindSettings } from './settings.ts';

/** How far the bring-up of a cluster has come; what comes after can be done again. */
export type Stage = 'creating' | 'created' | 'installed' | 'planting' | 'planted';

/** What the lab keeps of a cluster of its own. */
export interface ClusterRecord {
  version: 1;
  /** Name of the kind cluster. */
  name: string;
  scenario: string;
  stage: Stage;
  settings: KindSettings;
  /** The node's container; absent until there is one. */
  containerId?: string;
  /** The `kind create` that is at work, so that one that was left behind can be ended. */
  creator?: ProcessIdentity;
  /** Objects that were there before any scenario was, by `resource namespace/name`. */
  baseline?: string[];
  /** What the objects of Argo Rollouts, and of Tekton Pipelines where it is needed, were when they were installed. */
  applied?: Record<string, string>;
  /** Whether the learner has stopped it. */
  isStopped?: boolean;
  /** When the scenario was ready, in milliseconds since the epoch by the node's clock. */
  sinceMs?: number;
  /** Stretches of time in which the kit itself was at work on the planted scenario. */
  drilled?: { fromMs: number; toMs: number }[];
}

/** The places of one kind cluster. */
export interface ClusterPlaces {
  name: string;
  /** The node's container. */
  node: string;
  folder: string;
  recordFile: string;
  configFile: string;
  kubeconfig: string;
  policyFolder: string;
  /** The objects of Argo Rollouts, as they were installed. */
  rolloutsFile: string;
  /** Those of Tekton Pipelines; there when the scenario needs it. */
  tektonFile: string;
  /** What a drill on the cluster itself has to put back; there while one is under way, or after one was killed. */
  drillFile: string;
}

/** Where the kind clusters of a lab are kept. */
export function kindFolder(home: string): string {
  return join(home, 'kind');
}

const LONGEST_SCENARIO = 30;

/** The cluster of a scenario of the lab that lives in this folder: its name is the same each time, and another lab's differs. */
export function placesOf(home: string, scenario: string): ClusterPlaces {
  const short = scenario.length <= LONGEST_SCENARIO ? scenario : `${scenario.slice(0, LONGEST_SCENARIO - 7)}-${digest(scenario)}`;
  return placesOfCluster(home, `lab-${digest(home)}-${short}`);
}

export function placesOfCluster(home: string, name: string): ClusterPlaces {
  const folder = join(kindFolder(home), name);
  return {
    name,
    node: `${name}-control-plane`,
    folder,
    recordFile: join(folder, 'cluster.json'),
    configFile: join(folder, 'kind.json'),
    kubeconfig: join(folder, 'kubeconfig'),
    policyFolder: join(folder, 'policy'),
    drillFile: join(folder, 'drill.json'),
    rolloutsFile: join(folder, 'argo-rollouts.json'),
    tektonFile: join(folder, 'tekton.json'),
  };
}

/** Names of the clusters that this lab has made and not deleted. */
export async function listClusters(home: string): Promise<string[]> {
  try {
    return (await readdir(kindFolder(home))).filter((name) => name.startsWith('lab-')).sort();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Undefined when there is none, or none that makes sense: then the cluster counts as never finished. Rejects for one of another version. */
export async function readRecord({ recordFile }: Pick<ClusterPlaces, 'recordFile'>): Promise<ClusterRecord | undefined> {
  const text = await readIfThere(recordFile);
  try {
    const value = JSON.parse(text ?? 'null') as Partial<ClusterRecord> | null;
    if (typeof value?.version === 'number' && (value.version as number) > 1) throw newerRecord(recordFile);
    return value?.version === 1 && typeof value.name === 'string' && typeof value.stage === 'string' ? (value as ClusterRecord) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writeRecord({ folder, recordFile }: ClusterPlaces, record: ClusterRecord): Promise<void> {
  await makePrivateFolder(folder);
  await replaceFile(recordFile, JSON.stringify(record));
}

export async function deletePlaces({ folder }: ClusterPlaces): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function newerRecord(file: string): SessionError {
  return new SessionError(`${file} was written by a newer version of lab`, {
    hint: 'Use that version, or type `lab stop --delete` with it.',
  });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
