import type { FileSpec, ProcessHooks, Sandbox, SandboxProcess } from '../shell/container-process.ts';
import { processOf, type ContainerLaunch, type ExecSpec, type RunningContainer } from './running-container.ts';

/** A container whose commands run in a sandbox. */
export class SandboxContainer implements RunningContainer {
  readonly hasFiles: boolean;
  readonly #sandbox: Sandbox;
  readonly #launch: ContainerLaunch;
  readonly #main: SandboxProcess;

  constructor(sandbox: Sandbox, launch: ContainerLaunch) {
    this.#sandbox = sandbox;
    this.hasFiles = sandbox.readFiles !== undefined;
    this.#launch = launch;
    this.#main = this.exec(
      { argv: launch.argv },
      { onOutput: (stream, text) => launch.onOutput(stream, text), onEnd: (end) => launch.onEnd(end) },
    );
  }

  terminate(): void {
    this.#main.signal('SIGTERM');
  }

  kill(): void {
    this.#main.signal('SIGKILL');
  }

  exec(spec: ExecSpec, hooks: ProcessHooks): SandboxProcess {
    return this.#sandbox.start(processOf(this.#launch, spec), hooks);
  }

  updateFiles(files: Readonly<Record<string, FileSpec>>): void {
    for (const [path, file] of Object.entries(files)) this.#sandbox.writeFile(path, file);
  }

  async readFiles(path: string): Promise<Readonly<Record<string, FileSpec>>> {
    return (await this.#sandbox.readFiles?.(path)) ?? {};
  }

  dispose(): void {
    this.#sandbox.dispose();
  }
}
