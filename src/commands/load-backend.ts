import type { Backend, DrillSource, OpenDrills } from '../backends/backend.ts';
import type { MachineExamination } from '../backends/detect.ts';
import type { KindSettings } from '../backends/kind/settings.ts';
import { SessionError } from '../errors.ts';
import type { Io } from '../cli/io.ts';
import type { LabPaths } from '../session/paths.ts';
import { cacheFolder } from '../system/cache-folder.ts';

export interface LoadOptions {
  io: Io;
  paths: LabPaths;
  /** Where lab is installed. */
  installFolder: string;
}

/** What is said on the command line about a kind of cluster. */
export interface BackendFlags {
  kind?: Partial<KindSettings>;
  /** Whether the lab's images outlive the deletion of clusters. */
  keepsImages?: boolean;
  /** What the scenario needs that it is asked for. */
  needs?: readonly string[];
}

/** The kind of cluster of that name. Rejects with SessionError for one that this version of lab does not have. */
export async function loadBackend(name: string, { io, paths, installFolder }: LoadOptions, flags: BackendFlags = {}): Promise<Backend> {
  if (name === 'embedded') {
    const { EmbeddedBackend } = await import('../backends/embedded/embedded-backend.ts');
    return new EmbeddedBackend({
      home: paths.home,
      kubeconfig: paths.kubeconfig,
      workspaceRoot: paths.workspaceRoot,
      processes: io.processes,
      onInterrupt: (task) => io.onInterrupt(task),
    });
  }
  if (name === 'kind') {
    const { KindBackend } = await import('../backends/kind/kind-backend.ts');
    return new KindBackend({
      home: paths.home,
      kubeconfig: paths.kubeconfig,
      workspaceRoot: paths.workspaceRoot,
      configFile: paths.configFile,
      installFolder,
      cacheFolder: cacheFolder(io.env, io.platform),
      env: io.env,
      processes: io.processes,
      onInterrupt: (task) => io.onInterrupt(task),
      createDrills: drillsOnCopies,
      ...(flags.kind && { flags: flags.kind }),
      ...(flags.keepsImages && { keepsImages: true }),
    });
  }
  throw new SessionError(`the lab was started on the backend "${name}", which this version of lab does not have`, {
    hint: 'Type `lab stop --delete` with the version that started it, or `lab start <scenario>` to begin on another backend.',
  });
}

/** Whether a kind cluster can be made on this machine. */
export async function examineKind({ io, paths }: Pick<LoadOptions, 'io' | 'paths'>, flags: BackendFlags = {}): Promise<MachineExamination> {
  const { examineMachine } = await import('../backends/kind/examine-machine.ts');
  return examineMachine({
    env: io.env,
    configFile: paths.configFile,
    cacheFolder: cacheFolder(io.env, io.platform),
    ...(flags.kind && { flags: flags.kind }),
    ...(flags.needs && { needs: flags.needs }),
  });
}

/** Drills on copies that take over what runs on a cluster of another kind. */
async function drillsOnCopies(source: DrillSource): Promise<OpenDrills> {
  const [{ createDrills }, { adoptObjects }] = await Promise.all([
    import('../backends/embedded/drills.ts'),
    import('../backends/embedded/adopt-objects.ts'),
  ]);
  return createDrills({ objects: async () => adoptObjects(await source.objects()), now: () => source.now() });
}
