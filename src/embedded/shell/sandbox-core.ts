import type { CommandFault } from '../faults.ts';
import { findProgramCode } from './commands/catalog.ts';
import { createContainerFiles, installFile, readFilesBelow } from './container-files.ts';
import type { FileSpec, ProcessSpec, SandboxSpec } from './container-process.ts';
import { toBytes } from './kernel/bytes.ts';
import type { KernelHost } from './kernel/kernel.ts';
import { Kernel } from './kernel/kernel.ts';
import type { Process } from './kernel/process.ts';
import type { SessionListener } from './kernel/session.ts';

const MEMORY_SHARE_OF_ONE_STRING = 8;

/** The processes of one container, without the worker around them: what a worker runs, and what tests of scripts run directly. */
export class SandboxCore {
  readonly #kernel: Kernel;

  constructor(spec: SandboxSpec, hostname: string, host: KernelHost) {
    this.#kernel = new Kernel({
      host,
      files: createContainerFiles(spec, hostname, () => host.now()),
      programs: findProgramCode,
      hostname,
      isBesideServer: spec.isBesideServer ?? false,
      outputBytes: spec.limits.outputBytes,
      stringBytes: (spec.limits.memoryMb * 1024 * 1024) / MEMORY_SHARE_OF_ONE_STRING,
    });
  }

  /** Starts a program; it runs at the next `run`. */
  start(spec: ProcessSpec, listener: SessionListener): Process {
    return this.#kernel.start(
      {
        argv: spec.argv.map(toBytes),
        environment: new Map(Object.entries(spec.env).map(([name, value]) => [toBytes(name), toBytes(value)])),
        workingDirectory: toBytes(spec.workingDirectory),
        user: spec.user ?? 0,
        hasStdin: spec.hasStdin ?? false,
        hasTty: spec.hasTty ?? false,
        carriesBytes: spec.carriesBytes ?? false,
      },
      listener,
    );
  }

  /** Lets all processes run until every one of them waits for time, the network or input. */
  async run(): Promise<void> {
    for (let stall = this.#kernel.run(); stall; stall = this.#kernel.run()) await stall;
  }

  signal(process: Process, name: string): void {
    this.#kernel.signal(process, name.replace(/^SIG/, ''), true);
  }

  setFaults(faults: ReadonlyMap<string, CommandFault>): void {
    this.#kernel.faults = faults;
  }

  writeFile(path: string, file: FileSpec): void {
    installFile(this.#kernel.files, path, file);
  }

  readFiles(path: string): Record<string, FileSpec> {
    return readFilesBelow(this.#kernel.files, path);
  }
}
