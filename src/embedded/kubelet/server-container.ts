import type { ClusterAnswer, ClusterRequest } from '../../apps/gitops/cluster-api.ts';
import type { Clock } from '../../system/clock.ts';
import type { CommandFault } from '../faults.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import type { RunningServer, ServerProgram } from '../programs/image.ts';
import type { Repositories } from '../repositories.ts';
import type { FileSpec, ProcessEnd, ProcessHooks, Sandbox, SandboxProcess } from '../shell/container-process.ts';
import { originOf, type PodPlace } from './pod-place.ts';
import { processOf, type ContainerLaunch, type ExecSpec, type RunningContainer } from './running-container.ts';

const KILLED: ProcessEnd = { kind: 'killed', code: 137 };

export interface ServerContainerOptions {
  program: ServerProgram;
  /** How a drill has broken the program, if it has. */
  fault: CommandFault | undefined;
  clock: Clock;
  network: ClusterNetwork;
  place: PodPlace;
  launch: ContainerLaunch;
  /** For commands that are run beside the server. */
  openSandbox: () => Sandbox;
  /** Asks the API as the pod's service account. */
  callApi: (request: ClusterRequest) => Promise<ClusterAnswer>;
  repositories: Repositories;
}

/** A container whose command is a server program of the project. */
export class ServerContainer implements RunningContainer {
  readonly hasFiles = false;
  readonly #options: ServerContainerOptions;
  readonly #files: Map<string, FileSpec>;
  readonly #closePorts: (() => void)[] = [];
  #server: RunningServer | undefined;
  #sandbox: Sandbox | undefined;
  #isOver = false;

  constructor(options: ServerContainerOptions) {
    this.#options = options;
    this.#files = new Map(Object.entries(options.launch.files));
    // Why: the program may end at once, and whoever started it must know it by then.
    options.clock.after(0, () => this.#run());
  }

  terminate(): void {
    if (this.#server) this.#server.terminate();
    else this.#end({ kind: 'killed', code: 143 });
  }

  kill(): void {
    this.#end(KILLED);
  }

  exec(spec: ExecSpec, hooks: ProcessHooks): SandboxProcess {
    const sandbox = (this.#sandbox ??= this.#openSandbox());
    return sandbox.start(processOf(this.#options.launch, spec), {
      ...hooks,
      onEnd: (end) => {
        if (isBeyondLimits(end)) this.#abandon(sandbox);
        hooks.onEnd(end);
      },
    });
  }

  updateFiles(files: Readonly<Record<string, FileSpec>>): void {
    for (const [path, file] of Object.entries(files)) {
      this.#files.set(path, file);
      this.#sandbox?.writeFile(path, file);
    }
  }

  async readFiles(path: string): Promise<Readonly<Record<string, FileSpec>>> {
    return (await this.#sandbox?.readFiles?.(path)) ?? {};
  }

  dispose(): void {
    this.#isOver = true;
    for (const close of this.#closePorts.splice(0)) close();
    this.#sandbox?.dispose();
  }

  #openSandbox(): Sandbox {
    const sandbox = this.#options.openSandbox();
    for (const [path, file] of this.#files) sandbox.writeFile(path, file);
    return sandbox;
  }

  /** The server runs on; the next command gets a sandbox of its own. */
  #abandon(sandbox: Sandbox): void {
    if (this.#sandbox !== sandbox) return;
    this.#sandbox = undefined;
    // Why: what else ran in it is being told of its end just now.
    this.#options.clock.after(0, () => sandbox.dispose());
  }

  #run(): void {
    if (this.#isOver) return;
    const { fault, launch } = this.#options;
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'exit') {
      launch.onOutput('stderr', fault.stderr);
      this.#end({ kind: 'exited', code: fault.code });
      return;
    }
    this.#server = this.#startProgram();
  }

  #startProgram(): RunningServer | undefined {
    const { program, clock, network, place, launch, callApi, repositories } = this.#options;
    const { argv, env, hostname, startedAtMs } = launch;
    try {
      return program({
        argv,
        env,
        hostname,
        namespace: place.namespace,
        clock,
        startedAtMs,
        log: (line) => launch.onOutput('stdout', `${line}\n`),
        listen: (port, handler) => this.#closePorts.push(network.listen(place.ip, port, handler)),
        fetch: async (request) => network.request(originOf(place), request),
        exit: (code) => this.#end({ kind: 'exited', code }),
        readFile: (path) => this.#files.get(path)?.content,
        callApi,
        readRepository: (name, branch) => repositories.read(name, branch),
      });
    } catch (error) {
      launch.onOutput('stderr', `${error instanceof Error ? error.message : String(error)}\n`);
      this.#end({ kind: 'exited', code: 1 });
      return undefined;
    }
  }

  #end(end: ProcessEnd): void {
    if (this.#isOver) return;
    this.dispose();
    this.#options.launch.onEnd(end);
  }
}

/** Whether a process took more than its sandbox may use, which ends the sandbox too. */
function isBeyondLimits(end: ProcessEnd): boolean {
  return end.kind === 'killed' && end.reason !== undefined;
}
