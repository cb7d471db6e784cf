import type { Clock } from '../../system/clock.ts';
import type { ClusterAnswer, ClusterRequest } from '../../apps/gitops/cluster-api.ts';
import type { Faults } from '../faults.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import type { Image } from '../programs/image.ts';
import { NO_REPOSITORIES, type Repositories } from '../repositories.ts';
import type { FileSpec, Sandbox, SandboxHost, SandboxPool } from '../shell/container-process.ts';
import { originOf, type PodPlace } from './pod-place.ts';
import type { ContainerLaunch, RunningContainer } from './running-container.ts';
import { SandboxContainer } from './sandbox-container.ts';
import { ServerContainer } from './server-container.ts';

const CPU_MS = 5_000;
const OUTPUT_BYTES = 8_000_000;
const PATH_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export interface ContainerRuntimeOptions {
  clock: Clock;
  network: ClusterNetwork;
  sandboxes: SandboxPool;
  faults: Pick<Faults, 'commandFault'>;
  /** Asks the API as a pod's service account. */
  callApi: (place: PodPlace, request: ClusterRequest) => Promise<ClusterAnswer>;
  repositories?: Repositories | undefined;
}

/** Starts containers: as a server program of the project where the image says so, in a sandbox otherwise. */
export class ContainerRuntime {
  readonly #options: ContainerRuntimeOptions;

  constructor(options: ContainerRuntimeOptions) {
    this.#options = options;
  }

  /** Why the command cannot be started, in runc's words; undefined when it can. */
  problemWith(image: Image, { argv, files }: Pick<ContainerLaunch, 'argv' | 'files'>): string | undefined {
    const [program = ''] = argv;
    const why = hasProgram(image, files, program)
      ? undefined
      : program.includes('/')
        ? `stat ${program}: no such file or directory`
        : 'executable file not found in $PATH';
    return why === undefined
      ? undefined
      : `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: ${JSON.stringify(program)}: ${why}: unknown`;
  }

  start(image: Image, place: PodPlace, launch: ContainerLaunch): RunningContainer {
    const program = image.servers[launch.argv.join(' ')];
    const openSandbox = (): Sandbox => this.#openSandbox(image, place, launch, program !== undefined);
    if (!program) return new SandboxContainer(openSandbox(), launch);
    const { clock, network, faults } = this.#options;
    const fault = faults.commandFault(launch.argv[0] ?? '', place);
    const callApi = (request: ClusterRequest): Promise<ClusterAnswer> => this.#options.callApi(place, request);
    const { repositories = NO_REPOSITORIES } = this.#options;
    return new ServerContainer({ program, fault, clock, network, place, launch, openSandbox, callApi, repositories });
  }

  #openSandbox(image: Image, place: PodPlace, launch: ContainerLaunch, isBesideServer: boolean): Sandbox {
    const { hostname, directories, readOnlyPaths, memoryMb, workingDirectory } = launch;
    const data = Object.entries(image.files).map(([path, content]) => [path, { content }] as const);
    const programs = Object.entries(image.programs ?? {}).map(([path, program]) => [path, { content: '', program }] as const);
    const files: Record<string, FileSpec> = { ...Object.fromEntries(data), ...Object.fromEntries(programs), ...launch.files };
    const limits = { cpuMs: CPU_MS, memoryMb, outputBytes: OUTPUT_BYTES };
    return this.#options.sandboxes.open(
      { hostname, isBesideServer, files, directories, workingDirectory, readOnlyPaths, commands: image.commands, limits },
      this.#hostFor(place),
    );
  }

  #hostFor(place: PodPlace): SandboxHost {
    const { clock, network, faults } = this.#options;
    return {
      now: () => clock.now(),
      sleep: (delayMs, done) => clock.after(delayMs, done),
      fetch: async (request) => network.request(originOf(place), request),
      hold: () => clock.hold(),
      commandFault: (command) => faults.commandFault(command, place),
    };
  }
}

function hasProgram(image: Image, files: ContainerLaunch['files'], program: string): boolean {
  const exists = (path: string): boolean => [files, image.files, image.programs ?? {}].some((paths) => Object.hasOwn(paths, path));
  if (!program.includes('/')) return image.commands.includes(program) || PATH_FOLDERS.some((folder) => exists(`${folder}/${program}`));
  if (exists(program)) return true;
  const slash = program.lastIndexOf('/');
  return PATH_FOLDERS.includes(program.slice(0, slash)) && image.commands.includes(program.slice(slash + 1));
}
