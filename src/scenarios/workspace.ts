import { basename } from 'node:path';
import type { LoadedScenario } from './load.ts';
import { readManifest, textOf } from './manifests.ts';

/** A file that the learner gets to edit. */
export interface WorkspaceFile {
  /** Without folders, such as `rollout.yaml`. */
  name: string;
  text: string;
}

/** The manifests that the learner edits, saying what is in the cluster after the incident: every fault is in them. */
export async function workspaceFiles(loaded: LoadedScenario): Promise<WorkspaceFile[]> {
  const { workspace, faults } = loaded.scenario.spec;
  const files: WorkspaceFile[] = [];
  for (const path of workspace) {
    const manifest = await readManifest(loaded, path, faults);
    if (manifest) files.push({ name: basename(path), text: textOf(manifest) });
  }
  return files;
}
