import { dirname, join, resolve } from 'node:path';
import { readIfThere } from '../system/files.ts';

/** Name of the package whose folder is the project. */
const PACKAGE_NAME = 'ship-safely-lab';

/** Where everything is kept that a learner's lab consists of. */
export interface LabPaths {
  /** Session, progress, kubeconfig, state of clusters: `.lab/`, or LAB_HOME. */
  home: string;
  sessionFile: string;
  progressFile: string;
  lockFile: string;
  kubeconfig: string;
  /** Settings of the project: `lab.config.yaml`. */
  configFile: string;
  /** Holds a folder per scenario with the manifests to edit: `workspace/`, or LAB_WORKSPACE. */
  workspaceRoot: string;
  /** Whether LAB_WORKSPACE chose it; then manifests right in it count as well. */
  isWorkspaceChosen: boolean;
}

export interface PathOptions {
  cwd: string;
  /** Where the program itself is installed; the project when there is none above the current folder. */
  installFolder: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Finds the project around the current folder, and in it, or where LAB_HOME and LAB_WORKSPACE say, the places of the lab. */
export async function findLabPaths({ cwd, installFolder, env }: PathOptions): Promise<LabPaths> {
  const chosenHome = env['LAB_HOME'] || undefined;
  const chosenWorkspace = env['LAB_WORKSPACE'] || undefined;
  const project = chosenHome !== undefined && chosenWorkspace !== undefined ? cwd : ((await projectAbove(cwd)) ?? installFolder);
  const home = chosenHome === undefined ? join(project, '.lab') : resolve(cwd, chosenHome);
  return {
    home,
    sessionFile: join(home, 'session.json'),
    progressFile: join(home, 'progress.json'),
    lockFile: join(home, 'lock'),
    kubeconfig: join(home, 'kubeconfig'),
    configFile: join(project, 'lab.config.yaml'),
    workspaceRoot: chosenWorkspace === undefined ? join(project, 'workspace') : resolve(cwd, chosenWorkspace),
    isWorkspaceChosen: chosenWorkspace !== undefined,
  };
}

async function projectAbove(folder: string): Promise<string | undefined> {
  const manifest = await readIfThere(join(folder, 'package.json')).catch(() => undefined);
  if (manifest !== undefined && nameIn(manifest) === PACKAGE_NAME) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : projectAbove(parent);
}

function nameIn(manifest: string): unknown {
  try {
    return (JSON.parse(manifest) as { name?: unknown } | null)?.name;
  } catch {
    return undefined;
  }
}
