import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterObject } from '../../../grader/index.ts';
import type { KubeObject } from '../../../src/kube/types/meta.ts';
import { parseManifests } from '../../../src/kube/manifest.ts';
import type { LoadedScenario } from '../../../src/scenarios/load.ts';
import type { RepairStep } from '../../../src/scenarios/schema.ts';
import type { LoadedSolution } from '../../../src/scenarios/solutions.ts';
import { cloneJson } from '../../../src/system/json.ts';
import type { SeededRandom } from './seeded-random.ts';

/** With what a learner may carry a step out. */
export type Tool = 'lab' | 'patch' | 'edit' | 'replace' | 'by hand';

export type DraftStep = RepairStep & { tool?: Tool };

/** A repair that is being written down differently. */
export interface Draft {
  steps: DraftStep[];
  /** By their names in the solution's folder. */
  files: Map<string, KubeObject[]>;
}

/** What a transformation may look at. */
export interface Surroundings {
  loaded: LoadedScenario;
  planted: readonly ClusterObject[];
  random: SeededRandom;
}

/** Reads what a repair applies and commits. */
export async function draftOf({ folder, solution }: LoadedSolution): Promise<Draft> {
  const files = new Map<string, KubeObject[]>();
  for (const name of solution.spec.steps.flatMap(filesOf)) {
    const manifests = parseManifests(await readFile(join(folder, name), 'utf8'), name);
    files.set(
      name,
      manifests.map(({ object }) => cloneJson(object)),
    );
  }
  return { steps: cloneJson(solution.spec.steps), files };
}

/** The files a step is about. */
export function filesOf(step: RepairStep): string[] {
  if ('apply' in step) return step.apply;
  return 'commit' in step ? (step.commit.files ?? []) : [];
}

/** Puts the files of a draft into a folder of their own while work is done with it. */
export async function withFolder<T>(draft: Draft, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-spelled-'));
  try {
    for (const [name, objects] of draft.files)
      await writeFile(
        join(folder, basename(name)),
        objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'),
      );
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
