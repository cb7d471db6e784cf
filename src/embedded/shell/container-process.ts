import type { CommandFault } from '../faults.ts';
import type { HttpRequest, HttpResponse } from '../network/http.ts';

/** A file as a container's root file system starts out with it. */
export interface FileSpec {
  content: string;
  /** Permission bits; 0o644 unless said. */
  mode?: number;
  /** Makes it a symbolic link, as the kubelet lays out the files of ConfigMaps and Secrets; `content` is then not looked at. */
  symlinkTo?: string;
  /** Makes it a program: the name of what runs when it is executed. `content` is then not looked at. */
  program?: string;
}

/** The file system and commands that the processes of one container share. */
export interface SandboxSpec {
  /** Name of the host; that of the first process unless said. */
  hostname?: string;
  /** The container's own process runs elsewhere, so none of those in the sandbox is process 1. */
  isBesideServer?: boolean;
  /** Files by absolute path: from the image, and mounted ConfigMaps, Secrets and downward API items. */
  files: Record<string, FileSpec>;
  /** Folders by absolute path that exist even when empty (emptyDir volumes, `/tmp`). */
  directories: readonly string[];
  /** Made, as a container runtime does it, where the image has none. */
  workingDirectory?: string;
  /** Absolute paths below which nothing can be written. */
  readOnlyPaths: readonly string[];
  /** Names of the programs that the image has, such as `sh`, `grep`, `nuclei`; anything else is "not found". */
  commands: readonly string[];
  limits: SandboxLimits;
}

export interface SandboxLimits {
  /** Processor time that the processes of the container may use in one go, without waiting for anything. */
  cpuMs: number;
  /** Heap of the worker. */
  memoryMb: number;
  /** Bytes of output kept per process; more ends it. */
  outputBytes: number;
}

export interface ProcessSpec {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  workingDirectory: string;
  hostname: string;
  /** User id; root unless said. */
  user?: number;
  /** Absent: no standard input (reads end at once). */
  hasStdin?: boolean;
  /** Has a terminal: what is sent is typed, and what is written comes as `stdout`. */
  hasTty?: boolean;
  /** What is sent and written need not be text: each character stands for a byte, its code being 0 to 255. */
  carriesBytes?: boolean;
}

/** How a process ended. */
export type ProcessEnd =
  | { kind: 'exited'; code: number }
  /** The program was never run: 127 when it is not there, 126 when it is no program; `problem` is in a container runtime's words. */
  | { kind: 'not-started'; code: 126 | 127; problem: string }
  /** Killed by a signal, or by a limit (`reason` OOMKilled, CPU time). The exit code is 128 + the signal's number. */
  | { kind: 'killed'; code: number; reason?: string }
  /** The script needs something that the sandbox does not model; never to be taken for a verdict. */
  | { kind: 'cannot-simulate'; message: string };

/** What a sandbox asks of the cluster around it. Time passes only through `sleep` and `fetch`. */
export interface SandboxHost {
  now(): number;
  sleep(delayMs: number, done: () => void): () => void;
  fetch(request: HttpRequest): Promise<HttpResponse>;
  /** Says that processes of this sandbox are computing; time stands still until the answer is called. */
  hold(): () => void;
  /** How a program of the image is broken just now, if it is (`Faults.commandFault`). */
  commandFault?(command: string): CommandFault | undefined;
}

export interface ProcessHooks {
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  onEnd(end: ProcessEnd): void;
}

export interface SandboxProcess {
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): void;
  writeStdin(text: string): void;
  closeStdin(): void;
}

/** The processes of one container: a worker that sees neither files, processes nor network of the machine. */
export interface Sandbox {
  /** Starts a program of the image; an argv whose program is missing or cannot be run is `not-started`. */
  start(spec: ProcessSpec, hooks: ProcessHooks): SandboxProcess;
  /** Replaces the content of a mounted file, as the kubelet does when a ConfigMap changes. */
  writeFile(path: string, file: FileSpec): void;
  /**
   * The files at or below a path, by absolute path: what a container leaves in a volume for the next one, or as its last words.
   * Absent where that is not modelled.
   */
  readFiles?(path: string): Promise<Record<string, FileSpec>>;
  /** Kills what still runs and gives the worker back. */
  dispose(): void;
}

/** Hands out sandboxes; keeps a worker warm for the next one. */
export interface SandboxPool {
  open(spec: SandboxSpec, host: SandboxHost): Sandbox;
  /** Ends every worker. */
  close(): Promise<void>;
}
